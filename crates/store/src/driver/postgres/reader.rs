//! Reads. Point reads that wait at the same moment share a statement; lists have connections of
//! their own, so that a long one holds up nobody's logon.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, mpsc::Receiver, oneshot};
use tokio_postgres::Statement;

use super::connection::{
    Connection, Connector, Reach, Role, borrowed, columns, in_order, reach, row, scalars, translate,
};
use super::derive::{Derived, many_reads};
use crate::driver::BATCH;
use crate::error::StoreError;
use crate::value::{Kind, Row, Value};

/// How often a read is tried on a fresh connection.
const TRIES: u32 = 3;

type Answer = Result<Option<Row>, StoreError>;

/// A point read that waits.
pub(super) struct Point {
    pub sql: &'static str,
    pub params: Vec<Value>,
    pub answer: oneshot::Sender<Answer>,
}

/// One connection for point reads.
pub(super) struct PointReader {
    connector: Arc<Connector>,
    connection: Option<Connection>,
    texts: HashMap<&'static str, Option<Arc<Derived>>>,
}

/// One statement: the point reads it serves (by index) and their text.
struct Group {
    sql: &'static str,
    derived: Option<Arc<Derived>>,
    points: Vec<usize>,
}

type Rows = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>;

impl PointReader {
    pub(super) fn new(connector: Arc<Connector>, connection: Connection) -> Self {
        Self {
            connector,
            connection: Some(connection),
            texts: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self, mut queue: Receiver<Point>) {
        let mut points = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut points, BATCH).await > 0 {
            self.carry_out(std::mem::take(&mut points)).await;
        }
    }

    async fn carry_out(&mut self, points: Vec<Point>) {
        let groups = self.groups(&points);
        let mut tries = 0;
        let answers = loop {
            tries += 1;
            match self.attempt(&groups, &points).await {
                Err(_) if tries < TRIES => {}
                other => break other,
            }
        };
        let mut points: Vec<Option<Point>> = points.into_iter().map(Some).collect();
        let mut reply = |index: usize, answer: Answer| {
            if let Some(point) = points.get_mut(index).and_then(Option::take) {
                let _ = point.answer.send(answer);
            }
        };
        match answers {
            Ok(answers) => {
                for (group, rows) in groups.iter().zip(answers) {
                    distribute(group, &rows, &mut reply);
                }
            }
            Err(error) => {
                for index in groups.iter().flat_map(|group| &group.points) {
                    reply(*index, Err(StoreError::Unavailable(error.to_string())));
                }
            }
        }
    }

    fn groups(&mut self, points: &[Point]) -> Vec<Group> {
        let mut shared: BTreeMap<&'static str, Group> = BTreeMap::new();
        let mut groups = Vec::new();
        for (index, point) in points.iter().enumerate() {
            let kinds: Vec<Kind> = point.params.iter().map(Value::kind).collect();
            let derive = || many_reads(point.sql, &kinds).map(Arc::new);
            let derived = self.texts.entry(point.sql).or_insert_with(derive);
            let fits = |derived: &&Arc<Derived>| derived.kinds == kinds;
            let group = |derived| Group {
                sql: point.sql,
                derived,
                points: Vec::new(),
            };
            match derived.as_ref().filter(fits) {
                Some(derived) => {
                    let known = shared.entry(point.sql);
                    let entry = known.or_insert_with(|| group(Some(Arc::clone(derived))));
                    entry.points.push(index);
                }
                None => {
                    let mut alone = group(None);
                    alone.points.push(index);
                    groups.push(alone);
                }
            }
        }
        groups.extend(shared.into_values());
        groups
    }

    /// Asks everything in one round trip. An error means that the connection is gone; it is safe to
    /// ask again.
    async fn attempt(
        &mut self,
        groups: &[Group],
        points: &[Point],
    ) -> Result<Vec<Rows>, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.client.is_closed() => connection,
            _ => self.connector.connect(Role::PointReader).await?,
        };
        let mut prepared: Vec<Result<Statement, tokio_postgres::Error>> = Vec::new();
        for group in groups {
            prepared.push(prepare(&mut connection, group, points).await);
        }
        let client = &connection.client;
        let mut sent: Vec<Pin<Box<dyn Future<Output = Rows> + Send + '_>>> = Vec::new();
        for (group, statement) in groups.iter().zip(prepared) {
            let rows: Vec<&[Value]> = group
                .points
                .iter()
                .filter_map(|index| points.get(*index))
                .map(|point| point.params.as_slice())
                .collect();
            sent.push(Box::pin(async move {
                match (&group.derived, rows.first()) {
                    (Some(derived), _) => {
                        let params = columns(&derived.kinds, &rows);
                        client.query(&statement?, &borrowed(&params)).await
                    }
                    (None, Some(params)) => client.query(&statement?, &scalars(params)).await,
                    (None, None) => Ok(Vec::new()),
                }
            }));
        }
        let answers = in_order(sent).await;
        let lost = |rows: &&Rows| matches!(rows, Err(error) if matches!(reach(error), Reach::Lost));
        if let Some(Err(error)) = answers.iter().find(lost) {
            return Err(translate(error));
        }
        self.connection = Some(connection);
        Ok(answers)
    }
}

async fn prepare(
    connection: &mut Connection,
    group: &Group,
    points: &[Point],
) -> Result<Statement, tokio_postgres::Error> {
    match &group.derived {
        Some(derived) => connection.prepare(&derived.text).await,
        None => {
            let point = group.points.first().and_then(|index| points.get(*index));
            let params = point
                .map(|point| point.params.as_slice())
                .unwrap_or_default();
            let kinds: Vec<Kind> = params.iter().map(Value::kind).collect();
            connection.prepare_typed(group.sql, &kinds).await
        }
    }
}

/// Gives each point read of a group its row.
fn distribute(group: &Group, rows: &Rows, reply: &mut impl FnMut(usize, Answer)) {
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => {
            for index in &group.points {
                reply(*index, Err(translate(error)));
            }
            return;
        }
    };
    let skip = usize::from(group.derived.is_some());
    let mut found: HashMap<i64, Answer> = HashMap::new();
    for given in rows {
        let nth = if skip == 1 {
            given.try_get(0).unwrap_or(0)
        } else {
            1
        };
        let twice = || StoreError::Inconsistent {
            statement: group.sql,
            column: 0,
            reason: "is there more than once",
        };
        let answer = row(group.sql, given, skip).map(Some);
        found
            .entry(nth)
            .and_modify(|first| *first = Err(twice()))
            .or_insert(answer);
    }
    for (nth, index) in (1..).zip(&group.points) {
        reply(*index, found.remove(&nth).unwrap_or(Ok(None)));
    }
}

/// Connections for lists, opened when needed.
pub(super) struct Lists {
    connector: Arc<Connector>,
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Lists {
    pub(super) fn new(connector: Arc<Connector>, connections: usize) -> Self {
        Self {
            connector,
            permits: Semaphore::new(connections),
            idle: Mutex::new(Vec::new()),
        }
    }

    pub(super) async fn read(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let _permit = self
            .permits
            .acquire()
            .await
            .map_err(|_| StoreError::Closed)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let idle = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let mut connection = match idle {
                Some(connection) if !connection.client.is_closed() => connection,
                _ => self.connector.connect(Role::ListReader).await?,
            };
            match connection.query(sql, params).await {
                Err(error) if tries < TRIES && matches!(reach(&error), Reach::Lost) => {}
                result => {
                    if !connection.client.is_closed() {
                        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                        idle.push(connection);
                    }
                    let rows = result.map_err(|error| translate(&error))?;
                    return rows.iter().map(|given| row(sql, given, 0)).collect();
                }
            }
        }
    }

    pub(super) fn close(&self) {
        self.permits.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
