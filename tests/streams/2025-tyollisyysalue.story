# 1.1.2025: työllisyysalue ottaa TE-toimiston työt, monialainen suunnitelma kolmessa kuukaudessa, asiakasta tavataan kuukausittain
# 1.1.2025: the employment authority takes over from the employment office, a multi-sector plan within three months, monthly meetings
#
# Asiakas on TYP:n asiakas. Vuodenvaihteessa TE-toimisto siirtää hänet työllisyysalueelle, joka vahvistaa siirron 20.1.
# Monialainen tuki alkaa 7.1.2025: suunnitelma on tehtävä 7.4. mennessä, muistutus 21 päivää ennen. Työllisyysalue kirjaa
# aloittaneensa monialaisen suunnitelman, ja hyvinvointialue alkaa valmistella samalle asiakkaalle aktivointisuunnitelmaa:
# kaksi korvaavaa suunnitelmaa yhtä aikaa. Aktivointisuunnitelma perutaan. Monialainen allekirjoitetaan myöhässä 14.4.
# Asiakkaan kanssa on sovittu tapaaminen kerran kuussa.
#
# The client is with the multi-sector team. At the turn of the year the employment office hands her over to the employment
# authority, which confirms on 20.1. Multi-sector support begins on 7.1.2025: the plan must be made by 7.4., noticed 21 days
# before. The authority begins a multi-sector plan and the county begins an activation plan for the same client: two plans
# at once. The activation plan is taken back. The multi-sector plan is signed late, on 14.4. It was agreed with the client to
# meet once a month.
#
# Laki / law: L380/2023, L381/2023 4§3 (suunnitelma 3 kk / plan within 3 months), 6§ (tarkistus / review 3 kk), L383/2023 (1.1.2025)

until 2025-08-01

2024-11-01 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-laine from=2024-11-01
2024-11-01 | TYP             | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=vanha-suunnitelma plan_type=employment_plan lead_org=TE-toimisto
2024-12-30 | TE-toimisto     | Siirto aloitettu                  | handover.started handover_id=siirto to_org=Työllisyysalue to_role=employment_officer
2025-01-07 | Monialainen     | Monialainen tuki alkanut          | multisector.started started_on=2025-01-07
2025-01-20 | Työllisyysalue  | Siirto vahvistettu                | handover.confirmed handover_id=siirto to_org=Työllisyysalue to_role=employment_officer
2025-01-27 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=monialainen plan_type=multisector_employment_plan lead_org=Työllisyysalue required_roles=client,employment_officer,social_instructor predecessor_plan_id=vanha-suunnitelma
2025-01-27 | Työllisyysalue  | Osallistuja kutsuttu              | plan.participant_invited plan_id=monialainen role_code=social_instructor org=Hyvinvointialue
2025-02-10 | Hyvinvointialue | Suunnitelman valmistelu alkanut   | plan.preparation_started as=vahinko plan_id=aktivointi plan_type=activation_plan lead_org=Hyvinvointialue required_roles=client,employment_officer,social_instructor
2025-02-17 | Hyvinvointialue | Tieto peruttu                     | fact.retracted id=vahinko reason=entered_twice
2025-04-14 | Työllisyysalue  | Etuuksista kerrottu               | client.informed_of_benefits plan_id=monialainen on=2025-04-14
2025-04-14 | Työllisyysalue  | Suunnitelma allekirjoitettu       | plan.signed plan_id=monialainen plan_type=multisector_employment_plan signed_by=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue includes_ktt=true
2025-04-14 | Hyvinvointialue | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2025-04-22 end_on=2026-04-21 provider_org=Työpaja distance_km=12
2025-04-14 | Hyvinvointialue | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=2 weekdays=mon,wed minutes_per_day=300 from=2025-04-22
2025-04-14 | Hyvinvointialue | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2025-04-14
2025-04-14 | Hyvinvointialue | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2025-04-14
2025-04-22 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2025-04-22
2025-04-22 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2025-04-22..2025-07-30 weekdays=mon,wed told=weekly status=present minutes_scheduled=300 minutes_present=300
2025-04-22 | Hyvinvointialue | Tapaamisväli sovittu              | review_policy.set about=her kind=max_interval interval_months=1 valid_from=2025-04-22
2025-05-20 | Hyvinvointialue | Yhteydenotto kirjattu             | contact.logged mode=office_visit direction=out purpose_code=follow_up on=2025-05-20
2025-06-27 | Hyvinvointialue | Yhteydenotto kirjattu             | contact.logged mode=phone direction=out purpose_code=follow_up on=2025-06-27
2025-07-10 | Työllisyysalue  | Suunnitelma tarkistettu           | plan.reviewed plan_id=monialainen plan_type=multisector_employment_plan reviewed_on=2025-07-10 participants=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue
2025-07-25 | Hyvinvointialue | Yhteydenotto kirjattu             | contact.logged mode=site_visit direction=out purpose_code=follow_up on=2025-07-25
