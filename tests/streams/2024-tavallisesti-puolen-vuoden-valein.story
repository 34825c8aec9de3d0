# 2024: suunnitelmia päivitetään tavallisesti 6–12 kuukauden välein, vaikka laki vaatii kolmea kuukautta
# 2024: plans are usually updated every 6–12 months although the law wants three
#
# Alueella on tapana päivittää suunnitelma puolen vuoden välein. Työkalu ei peitä eroa: lain määräaika ylittyy ja
# siitä kerrotaan, ja tarkistuskalenteri näyttää eron päivinä. Alueen oma, tavanomainen tapaaminen on lievempi asia, ja
# siitä huomautetaan vasta kuuden kuukauden jälkeen.
#
# Around here it is usual to update a plan every half year. The tool does not hide the difference: the law's limit passes
# and that is told, and the review calendar shows the difference in days. The county's own usual meeting is a softer matter
# and is told only after six months.
#
# Laki / law: L399/2023 9§3 (vähintään 3 kk / at least every 3 months); tapa / custom: kyselyn rivit / survey rows 66, 70

until 2024-09-30

2024-01-02 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set kind=usual_interval interval_months=6 valid_from=2024-01-01
2024-01-08 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2024-01-08
2024-01-08 | TE-toimisto     | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=TE-toimisto required_roles=client,employment_officer,social_instructor
2024-01-08 | TE-toimisto     | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Hyvinvointialue
2024-01-15 | TE-toimisto     | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2024-01-15
2024-01-15 | TE-toimisto     | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@TE-toimisto,social_instructor@Hyvinvointialue includes_ktt=true
2024-01-15 | Hyvinvointialue | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2024-01-22 end_on=2025-01-21 provider_org=Työpaja distance_km=12
2024-01-15 | Hyvinvointialue | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=3 weekdays=tue,wed,thu minutes_per_day=300 from=2024-01-22
2024-01-15 | Hyvinvointialue | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2024-01-15
2024-01-15 | Hyvinvointialue | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2024-01-15
2024-01-22 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2024-01-22
2024-01-22 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2024-01-22..2024-09-26 weekdays=tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2024-08-12 | Hyvinvointialue | Tarkistus pidetty                 | review.held review_id=puolivuosi plan_id=suunnitelma placement_id=paikka kind=plan_review mode=office_visit participants=client,employment_officer@TE-toimisto,social_instructor@Hyvinvointialue
