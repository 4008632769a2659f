//! Several persons chosen on one screen, with one PIN: each is decided and committed apart, so that one
//! refusal doesn't hold up the others (S4 appendix 1 and 2).

use warifu_domain::ids::PersonId;
use warifu_domain::refusal::Refusal;

use super::acting::{Acting, Scene};
use crate::context::MAX_TRIES;
use crate::error::{Again, AppError, Outcome};

/// What came of each, by name.
pub type EachPerson = Vec<(String, Result<(), Refusal>)>;

/// Does `act` for each of `persons`. A PIN that is wrong, or an actor who may not, refuses all.
pub(super) async fn each<F>(
    mut acting: Acting<'_>,
    persons: &[PersonId],
    act: F,
) -> Outcome<EachPerson>
where
    F: AsyncFn(&Acting<'_>, &Scene, &PersonId) -> Result<Result<(), Refusal>, Again>,
{
    if persons.is_empty() {
        return Ok(Err(Refusal::MissingAnswer));
    }
    let mut done = EachPerson::new();
    for id in persons {
        match one(&mut acting, id, &act).await? {
            Ok(result) => done.push(result),
            Err(refusal) if done.is_empty() => return Ok(Err(refusal)),
            Err(refusal) => done.push((id.to_string(), Err(refusal))),
        }
    }
    Ok(Ok(done))
}

async fn one<F>(
    acting: &mut Acting<'_>,
    id: &PersonId,
    act: &F,
) -> Outcome<(String, Result<(), Refusal>)>
where
    F: AsyncFn(&Acting<'_>, &Scene, &PersonId) -> Result<Result<(), Refusal>, Again>,
{
    for _ in 0..MAX_TRIES {
        let tried = match acting.scene().await {
            Ok(Err(refusal)) => return Ok(Err(refusal)),
            Ok(Ok(scene)) => act(acting, &scene, id).await.map(|result| {
                let person = scene.all.iter().find(|p| p.id == *id);
                let name = person.map_or_else(|| id.to_string(), |p| p.name.clone());
                (name, result)
            }),
            Err(again) => Err(again),
        };
        match tried {
            Ok(result) => return Ok(Ok(result)),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("person conflicts"))
}
