# Vuosi 2014–2015: viisi päivää viikossa on sallittu 30.6.2015 asti, ja 230 päivän raja täyttyy
# The years 2014–2015: five days a week are lawful until 30.6.2015, and the limit of 230 days is reached
#
# Seinäjoen kaupunki järjestää, asiakas käy joka arkipäivä. Suunnitelma käydään läpi ennen jakson loppua. Maaliskuussa tulee
# täyteen 160 päivää. Heinäkuun alusta laki sallii enää neljä päivää viikossa: sopimus on muutettava, ja viimeinen viikko
# on liian pitkä. Heinäkuun 3. päivä on 230:s: raja on täynnä, ja jakso päätetään siihen.
#
# The city of Seinäjoki arranges, the client comes on every working day. The plan is gone through before the period ends.
# In March 160 days are full. From July on the law allows only four days a week: the agreement must be changed, and the
# last week is too long. The third of July is the 230th day: the limit is reached, and the period is ended.
#
# Laki / law: L142/2015 (5 pv/vko 30.6.2015 asti / until, 4 pv/vko 1.7.2015 alkaen / from), L189/2001 14§ (230 pv)

until 2015-07-31

2014-07-01 | Seinäjoki       | Tapaamisväli sovittu              | review_policy.set kind=before_period_end valid_from=2014-07-01
2014-07-21 | Seinäjoki       | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2014-07-21
2014-07-21 | TE-toimisto     | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=TE-toimisto required_roles=client,employment_officer,social_instructor
2014-07-21 | TE-toimisto     | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Seinäjoki
2014-07-28 | TE-toimisto     | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2014-07-28
2014-07-28 | TE-toimisto     | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@TE-toimisto,social_instructor@Seinäjoki includes_ktt=true
2014-07-28 | Seinäjoki       | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2014-08-04 end_on=2015-08-31 provider_org=Työpaja distance_km=12
2014-07-28 | Seinäjoki       | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=5 weekdays=mon,tue,wed,thu,fri minutes_per_day=300 from=2014-08-04
2014-07-28 | Seinäjoki       | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2014-07-28
2014-07-28 | Seinäjoki       | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2014-07-28
2014-08-04 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2014-08-04
2014-08-04 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2014-08-04..2015-07-03 weekdays=mon,tue,wed,thu,fri told=weekly status=present minutes_scheduled=300 minutes_present=300
2015-07-03 | Seinäjoki       | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=4 weekdays=mon,tue,wed,thu minutes_per_day=300 from=2015-07-06
2015-07-10 | Työpaja         | Jakso päättynyt                   | placement.ended placement_id=paikka ended_on=2015-07-03 end_reason=period_ended planned=true
2015-07-13 | Seinäjoki       | Lopputulos kirjattu               | outcome.recorded outcome_code=te_client placement_id=paikka
