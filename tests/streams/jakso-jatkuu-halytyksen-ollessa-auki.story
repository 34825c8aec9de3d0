# Jakson loppu 2026: jatkopäätös tulee kesken hälytyksen; tapaaminen sopimuksen yhteydessä, väliarvio jakson puolivälissä
# The end of a period in 2026: it is extended while the alert is open; met at the contract, interim assessment half way
#
# Lapuan työpajalla sovitaan puolen vuoden jakso. Alueella tavataan sopimusta tehtäessä, arvioidaan väliaika jakson pituuden
# mukaan ja tarkistetaan suunnitelma ennen loppua. Väliarvio on viisi päivää myöhässä. Jakson lopusta kerrotaan 56 päivää ennen, ja
# kun loppuarviota ei ole varattu, uudelleen 28 päivää ennen, samoin suunnitelman tarkistuksesta. Jaksoa jatketaan
# hälytysten ollessa auki: ne poistuvat. Jatkoa sovittaessa asiakas tavataan vasta kolmen viikon päästä; siitä kerrotaan.
#
# A period of half a year is agreed at the workshop of Lapua. Clients are met when a contract is made, assessed by the
# length of the period, and their plan is reviewed before the end. The interim assessment is five days late. The end is told 56
# days before, and as no final assessment is booked, again 28 days before, and so is the plan's review. The period is
# extended while all that is open: it goes. At the extension the client is met only three weeks later, which is told.
#
# Laki / law: L702/2020 9§1(6), 13b§2 (3–24 kk); kyselyn rivit / survey rows 64, 69, 71

until 2026-08-31

2025-12-15 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set kind=at_contract_event valid_from=2025-12-15
2025-12-15 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set kind=by_period_length valid_from=2025-12-15
2025-12-15 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set kind=before_period_end valid_from=2025-12-15
2026-01-02 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2026-01-02
2026-01-02 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=Työllisyysalue required_roles=client,employment_officer,social_instructor
2026-01-02 | Työllisyysalue  | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Hyvinvointialue
2026-01-09 | Työllisyysalue  | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2026-01-09
2026-01-09 | Työllisyysalue  | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue includes_ktt=true
2026-01-09 | Hyvinvointialue | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2026-01-12 end_on=2026-07-12 provider_org=Lapuan-paja distance_km=12
2026-01-09 | Hyvinvointialue | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=3 weekdays=mon,tue,wed minutes_per_day=300 from=2026-01-12
2026-01-09 | Hyvinvointialue | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2026-01-09
2026-01-09 | Hyvinvointialue | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2026-01-09
2026-01-12 | Lapuan-paja     | Jakso alkanut                     | placement.started placement_id=paikka started_on=2026-01-12
2026-01-12 | Lapuan-paja     | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2026-01-12..2026-08-26 weekdays=mon,tue,wed told=weekly status=present minutes_scheduled=300 minutes_present=300
2026-01-14 | Hyvinvointialue | Yhteydenotto kirjattu             | contact.logged mode=site_visit direction=out purpose_code=planning on=2026-01-14
2026-04-09 | Työllisyysalue  | Suunnitelma tarkistettu           | plan.reviewed plan_id=suunnitelma plan_type=activation_plan reviewed_on=2026-04-09 participants=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue
2026-04-17 | Hyvinvointialue | Tarkistus pidetty                 | review.held review_id=väliarvio placement_id=paikka kind=interim_assessment mode=site_visit participants=client,social_instructor@Hyvinvointialue
2026-06-22 | Hyvinvointialue | Jaksoa jatkettu                   | placement.extended placement_id=paikka episode_id=polku period_no=2 end_on=2026-12-31
2026-07-09 | Työllisyysalue  | Suunnitelma tarkistettu           | plan.reviewed plan_id=suunnitelma plan_type=activation_plan reviewed_on=2026-07-09 participants=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue
2026-07-14 | Hyvinvointialue | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2026-07-14
