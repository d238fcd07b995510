//! One payment, one grant: what a seller keeps of every payment that was shown to them (decisions P10 and X4). Pure.
