# Sama asiakas kahdella viitteellä 2026: lähetteet paljastuvat kahdeksi vasta yhdistettäessä; lopuksi tiedot poistetaan
# One client under two references in 2026: that there are two referrals shows only in the merge; in the end all is erased
#
# Työllisyysalue ja Ohjaamo lähettävät saman asiakkaan, mutta hänen henkilötunnuksensa on vaihtunut: kaksi viitettä, eikä
# kukaan huomaa. Kun viitteet yhdistetään 16.3., kahdesta lähetteestä kerrotaan. Ohjaamo peruu omansa. Lopulta asiakkaan tiedot
# poistetaan: mikään ei jää auki eikä mitään näy.
#
# The employment authority and the guidance centre refer the same client, whose identity code has changed: two references,
# and nobody notices. When they are merged on 16.3. two referrals are told. The centre withdraws its own. In the end the
# client's data is erased: nothing stays open and nothing is shown.
#
# Laki / law: kaksoistyö / double work D01; L1050/2018, GDPR 17 (poisto / erasure)

until 2026-06-30

2026-03-02 | Työllisyysalue  | Lähete tehty                      | referral.submitted referral_id=lähete-1 service_type=rehab_work_activity referrer_type=employment_authority basis_of_entry=client_need target_org=Hyvinvointialue
2026-03-03 | Hyvinvointialue | Lähete vastaanotettu              | referral.received referral_id=lähete-1
2026-03-09 | Ohjaamo         | Lähete tehty                      | referral.submitted ref=B referral_id=lähete-2 service_type=rehab_work_activity referrer_type=ohjaamo basis_of_entry=client_need target_org=Hyvinvointialue
2026-03-10 | Hyvinvointialue | Lähete vastaanotettu              | referral.received ref=B referral_id=lähete-2
2026-03-16 | Polku           | Asiakkuudet yhdistetty            | client.merged old_ref=B new_ref=A reason=identity_code_changed approver=op-virta
2026-03-18 | Ohjaamo         | Lähete peruttu                    | referral.withdrawn referral_id=lähete-2 reason_code=already_in_service
2026-06-15 | Polku           | Henkilön tiedot hävitetty         | subject.erased
