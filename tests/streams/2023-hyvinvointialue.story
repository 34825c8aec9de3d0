# 1.1.2023: järjestäminen siirtyy kunnalta hyvinvointialueelle; tapaamiset tarpeen mukaan, yksilövalmennus työpajalla
# 1.1.2023: the wellbeing county takes over from the municipality; meetings as needed, individual coaching at the site
#
# Seinäjoen omatyöntekijän tehtävä päättyy vuoden 2022 lopussa ja hyvinvointialueen omatyöntekijä aloittaa 9.1.2023.
# Välissä omatyöntekijää ei ole, ja alueelle tehty siirto on vahvistamatta. Alueella tavataan tarpeen mukaan: työpajalla on
# yksilövalmentaja, eikä tapaamisväliä valvota. Lain tarkistus kolmen kuukauden välein on silti pidettävä. Asiakas muuttaa
# Ilmajoelle kesken jakson; poissaolopäivät lasketaan yhteen muutosta huolimatta.
#
# The own worker of Seinäjoki ends with 2022 and the county's begins on 9.1.2023. In between there is none, and the
# hand-over to the county is not confirmed. The county meets as needed: the workshop has an individual coach, and no
# interval is watched. The law's review every three months must be held all the same. The client moves to Ilmajoki in
# the middle; days of absence are counted together whatever the municipality.
#
# Laki / law: L591/2022 6§ (järjestäjä 1.1.2023 / organiser), L1301/2014 42§ (omatyöntekijä), L1384/2021 9§3 (3 kk)

until 2023-06-16

2022-11-01 | TE-toimisto     | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=TE-toimisto required_roles=client,employment_officer,social_instructor
2022-11-01 | TE-toimisto     | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Seinäjoki
2022-11-01 | Seinäjoki       | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2022-11-01 to=2022-12-31
2022-11-14 | TE-toimisto     | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2022-11-14
2022-11-14 | TE-toimisto     | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@TE-toimisto,social_instructor@Seinäjoki includes_ktt=true
2022-11-14 | Seinäjoki       | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2022-11-21 end_on=2023-10-31 provider_org=Työpaja distance_km=12
2022-11-14 | Seinäjoki       | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=4 weekdays=mon,tue,wed,thu minutes_per_day=300 from=2022-11-21
2022-11-14 | Seinäjoki       | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2022-11-14
2022-11-14 | Seinäjoki       | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2022-11-14
2022-11-21 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2022-11-21
2022-11-21 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2022-11-21..2023-02-24 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2022-12-20 | Seinäjoki       | Siirto aloitettu                  | handover.started handover_id=siirto to_org=Hyvinvointialue to_role=own_worker
2023-01-02 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set kind=on_demand valid_from=2023-01-01
2023-01-09 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-laine from=2023-01-09
2023-01-09 | Hyvinvointialue | Siirto vahvistettu                | handover.confirmed handover_id=siirto to_org=Hyvinvointialue to_role=own_worker
2023-01-10 | Hyvinvointialue | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2022-11-21 end_on=2023-10-31 provider_org=Työpaja distance_km=12
2023-01-10 | Hyvinvointialue | Tuki nimetty                      | support.assigned type=individual_coaching phase=during org=Työpaja
2023-02-10 | TE-toimisto     | Suunnitelma tarkistettu           | plan.reviewed plan_id=suunnitelma plan_type=activation_plan reviewed_on=2023-02-10 participants=client,employment_officer@TE-toimisto,social_instructor@Hyvinvointialue
2023-02-28 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2023-02-27 status=absent minutes_scheduled=300 reason=unknown notified_by_client=true
2023-02-28 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2023-02-28 status=present minutes_scheduled=300 minutes_present=300
2023-03-01 | Hyvinvointialue | Kotikunta vaihtunut               | client.moved_municipality from=743 to=145 on=2023-03-01
2023-03-01 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2023-03-01..2023-03-02 weekdays=wed,thu status=present minutes_scheduled=300 minutes_present=300
2023-03-06 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2023-03-06 status=absent minutes_scheduled=300 reason=unknown notified_by_client=true
2023-03-09 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2023-03-07..2023-03-09 weekdays=tue,wed,thu status=present minutes_scheduled=300 minutes_present=300
2023-03-13 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2023-03-13 status=absent minutes_scheduled=300 reason=unknown notified_by_client=true
2023-03-14 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2023-03-14..2023-06-15 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2023-03-15 | Työpaja         | Poissaoloilmoitus lähetetty Kelaan | kela_absence_notice.sent placement_id=paikka period_from=2023-02-27 period_to=2023-03-13 form=TT3 days=3
2023-05-08 | TE-toimisto     | Tarkistus varattu                 | review.scheduled review_id=toukokuu plan_id=suunnitelma placement_id=paikka kind=plan_review starts_at=2023-05-24T09:00:00+03:00 place_mode=site_visit participants=employment_officer@TE-toimisto,social_instructor@Hyvinvointialue
2023-05-23 | TE-toimisto     | Tarkistus peruttu                 | review.cancelled review_id=toukokuu
2023-06-07 | TE-toimisto     | Suunnitelma tarkistettu           | plan.reviewed plan_id=suunnitelma plan_type=activation_plan reviewed_on=2023-06-07 participants=client,employment_officer@TE-toimisto,social_instructor@Hyvinvointialue
