//! stub
pub(super) fn write(_: &mut super::Files) -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}
