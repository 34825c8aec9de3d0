# 2.5.2022: aktivointisuunnitelma on tarkistettava vähintään kolmen kuukauden välein
# 2.5.2022: an activation plan must be reviewed at least every three months
#
# Suunnitelma allekirjoitettiin 15.11.2021, jolloin laissa ei ollut määräaikaa. Uudistus tulee voimaan 2.5.2022: silloin
# edellisestä on yli kolme kuukautta, joten tarkistus on pidettävä heti. Siitä muistutetaan 21 päivää ennen. Tarkistus
# pidetään 20.5. Seuraavan määräpäivä on 20.8.; se varataan 30.8.:ksi eli enintään 14 päivää myöhemmäksi, ja se pidetään,
# joten kukaan ei huomauta. Marraskuun tarkistusta ei kukaan varaa. Kunta tapaa asiakkaita kolmen kuukauden välein.
#
# The plan was signed on 15.11.2021, when the law had no limit. The reform comes into force on 2.5.2022: by then more than
# three months have passed, so the review must be held at once. It is noticed 21 days before. It is held on 20.5. The next
# one is due on 20.8.; it is booked for 30.8., at most 14 days later, and held, so nobody is told. Nobody books November's
# review. The municipality meets its clients every three months.
#
# Laki / law: L1384/2021 9§3 (2.5.2022 alkaen vähintään 3 kk / from then at least every 3 months)

until 2022-12-31

2021-11-01 | JIK             | Tapaamisväli sovittu              | review_policy.set kind=max_interval interval_months=3 valid_from=2021-11-01
2021-11-08 | JIK             | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2021-11-08
2021-11-08 | Kuntakokeilu    | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=Kuntakokeilu required_roles=client,employment_officer,social_instructor
2021-11-08 | Kuntakokeilu    | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=JIK
2021-11-15 | Kuntakokeilu    | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2021-11-15
2021-11-15 | Kuntakokeilu    | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@Kuntakokeilu,social_instructor@JIK includes_ktt=true
2021-11-15 | JIK             | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2021-11-22 end_on=2023-05-31 provider_org=Ilmajoen-paja distance_km=12
2021-11-15 | JIK             | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=3 weekdays=mon,tue,wed minutes_per_day=300 from=2021-11-22
2021-11-15 | JIK             | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2021-11-15
2021-11-15 | JIK             | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2021-11-15
2021-11-22 | Ilmajoen-paja   | Jakso alkanut                     | placement.started placement_id=paikka started_on=2021-11-22
2021-11-22 | Ilmajoen-paja   | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2021-11-22..2022-12-28 weekdays=mon,tue,wed told=weekly status=present minutes_scheduled=300 minutes_present=300
2022-02-10 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=office_visit direction=out purpose_code=follow_up on=2022-02-10
2022-05-09 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2022-05-09
2022-05-20 | Kuntakokeilu    | Suunnitelma tarkistettu           | plan.reviewed plan_id=suunnitelma plan_type=activation_plan reviewed_on=2022-05-20 participants=client,employment_officer@Kuntakokeilu,social_instructor@JIK
2022-08-05 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2022-08-05
2022-08-10 | Kuntakokeilu    | Tarkistus varattu                 | review.scheduled review_id=elokuun-tarkistus plan_id=suunnitelma placement_id=paikka kind=plan_review starts_at=2022-08-30T09:00:00+03:00 place_mode=office_visit participants=employment_officer@Kuntakokeilu,social_instructor@JIK
2022-08-30 | Kuntakokeilu    | Tarkistus pidetty                 | review.held review_id=elokuun-tarkistus plan_id=suunnitelma placement_id=paikka kind=plan_review mode=office_visit participants=client,employment_officer@Kuntakokeilu,social_instructor@JIK
2022-11-25 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2022-11-25
