//! The first byte picks a header, the rest is its value or the JSON in it: nothing panics, and what is read is written
//! so that it reads as the same.
#![no_main]

use earnest_x402::{
    FacilitatorRequest, Message, Presented, SettleResponse, bazaar::CatalogueEntry, header, read, v1, v2,
};
use libfuzzer_sys::fuzz_target;

fn survives<T: Message + PartialEq + std::fmt::Debug>(message: &T) {
    let value = header::encode(message);
    assert_eq!(value.len(), header::encoded_len(message));
    if value.len() <= header::MAX_VALUE_BYTES {
        assert_eq!(&header::decode::<T>(&value).expect("what was written is read"), message);
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let name = if first % 2 == 0 { header::PAYMENT_SIGNATURE } else { header::X_PAYMENT };
    let _ = Presented::of([(name, rest)]);
    match first % 5 {
        0 => drop(read::<v2::PaymentRequired>(rest).map(|demand| {
            survives(&demand);
            v1::PaymentRequired::of(&demand).inspect(survives)
        })),
        1 => drop(read::<v2::PaymentPayload>(rest).map(|payment| {
            survives(&payment);
            let _ = CatalogueEntry::of(&payment);
        })),
        2 => drop(read::<v1::PaymentPayload>(rest).map(|payment| survives(&payment))),
        3 => drop(read::<SettleResponse>(rest).map(|settled| survives(&settled))),
        _ => drop(read::<FacilitatorRequest>(rest).map(|request| survives(&request))),
    }
});
