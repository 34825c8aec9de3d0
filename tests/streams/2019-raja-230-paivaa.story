# Vuosi 2019: raja on 230 päivää, eikä aktivointisuunnitelmalla ole kolmen kuukauden tarkistusta
# The year 2019: the limit is 230 days, and an activation plan has no review every three months
#
# Seinäjoen kaupunki järjestää. Asiakas käy neljänä päivänä viikossa. Kaupungissa tavataan yleensä puolen vuoden
# välein. Ohjaaja on lomalla, ja kesän tapaaminen venyy elokuuhun. Lokakuussa tulee täyteen 160 päivää. Marraskuun 178.
# päivä ei hälytä: 178 päivän raja tuli vasta vuonna 2021. Jaksoa jatketaan ajoissa, joten sen lopusta ei huomauteta.
#
# The city of Seinäjoki arranges. The client comes on four days a week. In the city clients are usually met every half
# year. The instructor is on leave and the summer's meeting slips to August. In October 160 days are full. The 178th day
# in November raises nothing: the limit of 178 came in 2021. The period is extended in time, so its end is not told.
#
# Laki / law: L189/2001 14§ (230 pv 31.12.2020 asti / until then), L142/2015 (4 pv/vko), tarkistus / review: L1384/2021 vasta 2.5.2022

until 2019-12-31

2018-12-03 | Seinäjoki       | Tapaamisväli sovittu              | review_policy.set kind=usual_interval interval_months=6 valid_from=2018-12-03
2019-01-02 | Seinäjoki       | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2019-01-02
2019-01-02 | TE-toimisto     | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=TE-toimisto required_roles=client,employment_officer,social_instructor
2019-01-02 | TE-toimisto     | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Seinäjoki
2019-01-09 | TE-toimisto     | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2019-01-09
2019-01-09 | TE-toimisto     | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@TE-toimisto,social_instructor@Seinäjoki includes_ktt=true
2019-01-09 | Seinäjoki       | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2019-01-14 end_on=2019-12-31 provider_org=Työpaja distance_km=12
2019-01-09 | Seinäjoki       | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=4 weekdays=mon,tue,wed,thu minutes_per_day=300 from=2019-01-14
2019-01-09 | Seinäjoki       | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2019-01-09
2019-01-09 | Seinäjoki       | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2019-01-09
2019-01-14 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2019-01-14
2019-01-14 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2019-01-14..2019-12-19 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2019-08-01 | Seinäjoki       | Tarkistus pidetty                 | review.held review_id=kesätapaaminen plan_id=suunnitelma placement_id=paikka kind=plan_review mode=office_visit participants=social_instructor,client
2019-10-30 | Seinäjoki       | Jaksoa jatkettu                   | placement.extended placement_id=paikka episode_id=polku period_no=2 end_on=2020-06-30
