# 2026: aktivointisuunnitelma vain toimeentulotukea saaville; yleistuki korvaa työmarkkinatuen 1.5.2026
# 2026: an activation plan only for those on social assistance; general support replaces labour-market subsidy on 1.5.2026
#
# Marraskuussa 2025 Kela ilmoittaa edellytyksen täyttyneen. Työllisyysalue aloittaa joulukuussa työllistymissuunnitelman,
# vaikka aktivointisuunnitelma on tekemättä: vanhan lain mukaan se on päällekkäistä työtä. Väärä suunnitelma lopetetaan.
# Vuonna 2026 asiakas saa ensin vain etuutta, toukokuusta yleistukea: uusi työllistymissuunnitelma on oikea. Kesäkuussa hän
# alkaa saada toimeentulotukea: silloin heinäkuun työllistymissuunnitelma on taas väärä, kunnes aktivointisuunnitelma alkaa.
#
# In November 2025 Kela tells that the ground is fulfilled. In December the employment authority begins an employment plan
# although the activation plan is due: by the old law that is work done twice. The wrong plan is ended. In 2026 the client at
# first has a benefit only, from May general support: the new employment plan is right. From June she gets social
# assistance: then July's employment plan is wrong again, until the activation plan is begun.
#
# Laki / law: L399/2023 5§; HE 109/2025, StVM 27/2025 (2026; päivä vahvistamatta / day not verified); yleistuki 1.5.2026

until 2026-09-30

2025-10-01 | Hyvinvointialue | Työntekijä nimetty                | caseworker.assigned role_code=own_worker person_ref=so-laine from=2025-10-01
2025-10-01 | Kela            | Etuustilanne ilmoitettu           | benefit_status.reported benefit_type=labour_market_subsidy from=2025-01-01 to=2026-04-30 paid_days=500 payer=kela
2025-11-20 | Kela            | Edellytys täyttynyt               | eligibility.reported as=kelan-ilmoitus ground=o25_500d fulfilled_on=2025-10-15 reported_on=2025-11-20
2025-12-08 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=vanha plan_type=employment_plan lead_org=Työllisyysalue
2025-12-15 | Työllisyysalue  | Suunnitelma päättynyt             | plan.ended plan_id=vanha ended_on=2025-12-15 reason=replaced
2026-02-02 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=kevät plan_type=employment_plan lead_org=Työllisyysalue
2026-05-04 | Kela            | Etuustilanne ilmoitettu           | benefit_status.reported benefit_type=general_support from=2026-05-01 paid_days=2 payer=kela
2026-06-01 | Kela            | Etuustilanne ilmoitettu           | benefit_status.reported benefit_type=basic_social_assistance from=2026-06-01 paid_days=0 payer=kela
2026-06-15 | Työllisyysalue  | Suunnitelma päättynyt             | plan.ended plan_id=kevät ended_on=2026-06-15 reason=replaced
2026-07-06 | Työllisyysalue  | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=kesä plan_type=employment_plan lead_org=Työllisyysalue
2026-08-03 | Hyvinvointialue | Suunnitelman valmistelu alkanut   | plan.preparation_started plan_id=aktivointi plan_type=activation_plan lead_org=Hyvinvointialue required_roles=client,employment_officer,social_instructor
2026-08-03 | Hyvinvointialue | Osallistuja kutsuttu              | plan.participant_invited plan_id=aktivointi role_code=employment_officer org=Työllisyysalue
