# Poissaolo 2026: kaksi ilmoittamatonta päivää, korjaus, peruutus, ja kaksi järjestelmää kertoo samasta päivästä eri tavoin
# Absence in 2026: two days without notice, a correction, a retraction, and two systems that differ about one day
#
# Asiakas on poissa maanantain ja tiistain ilmoittamatta. Työpaja korjaa tiistain: päivä olikin vaihdettu. Viikkoa
# myöhemmin hän on taas poissa kaksi päivää; torstain merkintä oli toisesta asiakkaasta, ja se perutaan. Hyvinvointialueen
# järjestelmä väittää hänen olleen 16.3. paikalla, työpaja poissa: työpajan sana ratkaisee, ja erosta kerrotaan.
#
# The client is away on Monday and Tuesday without notice. The workshop corrects Tuesday: the day had been swapped. A week
# later she is away on two days again; Thursday's record was of another client and is taken back. The county's system says
# that she was there on 16.3., the workshop that she was not: the workshop's word counts, and the difference is told.
#
# Laki / law: kynnykset paikallisia / thresholds are local [P]; Kela: L1290/2002 10:3§

until 2026-04-05

2026-01-12 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-aalto from=2026-01-12
2026-01-12 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=suunnitelma plan_type=activation_plan lead_org=Työllisyysalue required_roles=client,employment_officer,social_instructor
2026-01-12 | Työllisyysalue  | Osallistuja kutsuttu              | plan.participant_invited plan_id=suunnitelma role_code=social_instructor org=Hyvinvointialue
2026-01-19 | Työllisyysalue  | Etuuksista kerrottu               | client.informed_of_benefits plan_id=suunnitelma on=2026-01-19
2026-01-19 | Työllisyysalue  | Suunnitelma allekirjoitettu       | plan.signed plan_id=suunnitelma plan_type=activation_plan signed_by=client,employment_officer@Työllisyysalue,social_instructor@Hyvinvointialue includes_ktt=true
2026-01-19 | Hyvinvointialue | Jakso sovittu                     | placement.agreed placement_id=paikka episode_id=polku period_no=1 site_id=paja start_on=2026-01-26 end_on=2026-12-31 provider_org=Työpaja distance_km=12
2026-01-19 | Hyvinvointialue | Ehdot muuttuneet                  | placement.terms_changed placement_id=paikka days_per_week=4 weekdays=mon,tue,wed,thu minutes_per_day=300 from=2026-01-26
2026-01-19 | Hyvinvointialue | Vakuutus vahvistettu              | placement.insurance_confirmed placement_id=paikka on=2026-01-19
2026-01-19 | Hyvinvointialue | Pääluottamusmiehelle kerrottu     | placement.shop_steward_informed placement_id=paikka on=2026-01-19
2026-01-26 | Työpaja         | Jakso alkanut                     | placement.started placement_id=paikka started_on=2026-01-26
2026-01-26 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2026-01-26..2026-02-27 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2026-03-02 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2026-03-02 status=absent minutes_scheduled=300
2026-03-03 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded as=tiistai placement_id=paikka date=2026-03-03 status=absent minutes_scheduled=300
2026-03-05 | Työpaja         | Päivä korjattu                    | attendance.day_corrected corrects=tiistai placement_id=paikka date=2026-03-03 status=swapped minutes_scheduled=300
2026-03-05 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2026-03-04..2026-03-05 weekdays=wed,thu status=present minutes_scheduled=300 minutes_present=300
2026-03-10 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2026-03-09..2026-03-10 weekdays=mon,tue status=present minutes_scheduled=300 minutes_present=300
2026-03-11 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2026-03-11 status=absent minutes_scheduled=300
2026-03-12 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded as=torstai placement_id=paikka date=2026-03-12 status=absent minutes_scheduled=300
2026-03-17 | Työpaja         | Tieto peruttu                     | fact.retracted id=torstai reason=wrong_person
2026-03-17 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2026-03-12 status=present minutes_scheduled=300 minutes_present=300
2026-03-17 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2026-03-16 status=absent minutes_scheduled=300 reason=own_illness notified_by_client=true
2026-03-17 | Työpaja         | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka days=2026-03-17..2026-04-02 weekdays=mon,tue,wed,thu told=weekly status=present minutes_scheduled=300 minutes_present=300
2026-03-18 | Hyvinvointialue | Päivä kirjattu                    | attendance.day_recorded placement_id=paikka date=2026-03-16 status=present minutes_scheduled=300 minutes_present=300
2026-03-20 | Työpaja         | Poissaoloilmoitus lähetetty Kelaan | kela_absence_notice.sent placement_id=paikka period_from=2026-03-02 period_to=2026-03-16 form=TT3 days=3
