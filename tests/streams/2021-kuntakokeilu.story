# Kuntakokeilu 2021: vastuu siirtyy TE-toimistosta kokeilulle, raja on 178 päivää, yhteyttä 1–2 kertaa kolmessa kuukaudessa
# Municipal trial 2021: the employment office hands over to the trial, the limit is 178 days, contact 1–2 times in 3 months
#
# Ilmajokinen asiakas siirtyy 1.3.2021 TE-toimistosta kuntakokeiluun. Kokeilu vahvistaa siirron vasta 18.3. JIK järjestää
# työtoiminnan ja on sopinut, että asiakkaaseen ollaan yhteydessä 1–2 kertaa kolmessa kuukaudessa. Syksyllä yhteydenotto
# jää väliin. Neljänä päivänä viikossa 160 päivää tulee täyteen joulukuun alussa ja 178 päivää tammikuun alussa. Suunnitelman tarkistukselle
# laissa ei vielä ole kolmen kuukauden rajaa.
#
# A client in Ilmajoki passes on 1.3.2021 from the employment office to the trial. The trial confirms only on 18.3. JIK
# arranges the activity and has agreed that the client is contacted once or twice in three months. In autumn a contact is
# left out. On four days a week 160 days are full at the beginning of December and 178 at the beginning of January. The law has as yet
# no limit of three months for the plan's review.
#
# Laki / law: L702/2020 14§ (178 pv 1.1.2021 alkaen / from), kuntakokeilu / trial L1269/2020 1.3.2021–31.12.2024

until 2022-01-31

2021-01-04 | JIK             | Tapaamisväli sovittu              | review_policy.set kind=n_times_per_window n_min=1 n_max=2 window_months=3 valid_from=2021-01-04
2021-01-18 | TE-toimisto     | Työntekijä nimetty                | caseworker.assigned role_code=employment_officer person_ref=te-virta from=2021-01-18
2021-02-01 | JIK             | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2021-02-01
2021-02-01 | TE-toimisto     | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=TE-toimisto required_roles=client,employment_officer,social_instructor
2021-02-01 | TE-toimisto     | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=JIK
2021-02-15 | TE-toimisto     | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2021-02-15
2021-02-15 | TE-toimisto     | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@TE-toimisto,social_instructor@JIK includes_ktt=true
2021-02-15 | JIK             | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2021-02-22 end_on=2022-12-31 provider_org=Ilmajoen-paja distance_km=12
2021-02-15 | JIK             | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=4 weekdays=mon,tue,wed,thu minutes_per_day=300 from=2021-02-22
2021-02-15 | JIK             | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2021-02-15
2021-02-15 | JIK             | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2021-02-15
2021-02-22 | Ilmajoen-paja   | Jakso alkanut                     | placement.started placement_id=paikka started_on=2021-02-22
2021-02-22 | Ilmajoen-paja   | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2021-02-22..2022-01-27 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2021-03-01 | TE-toimisto     | Siirto aloitettu                  | handover.started handover_id=siirto to_org=Kuntakokeilu to_role=employment_officer
2021-03-18 | Kuntakokeilu    | Siirto vahvistettu                | handover.confirmed handover_id=siirto to_org=Kuntakokeilu to_role=employment_officer
2021-05-10 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2021-05-10
2021-08-03 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=site_visit direction=out purpose_code=follow_up on=2021-08-03
2021-11-17 | JIK             | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2021-11-17
