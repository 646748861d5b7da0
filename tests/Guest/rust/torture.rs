//! What Rust's standard library asks of a system: threads and their parking, channels, locks, panics that unwind or end, time, files, memory and the stack's end.
//! Without an argument all parts run; with one the program ends as it says.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{symlink, FileExt, MetadataExt, PermissionsExt};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier, Condvar, Mutex, Once, RwLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    if let Some(how) = std::env::args().nth(1) {
        end(&how);
    }

    // The hook that prints panics names no thread numbers, which differ.
    panic::set_hook(Box::new(|info| println!("panic: {}", message(info.payload()))));
    let parts: [(&str, fn()); 9] = [
        ("threads", threads),
        ("channels", channels),
        ("locks", locks),
        ("panics", panics),
        ("time", time),
        ("files", files),
        ("folders", folders),
        ("memory", memory),
        ("library", library),
    ];
    for (name, part) in parts {
        println!("-- {name}");
        part();
    }
}

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|s| s.to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "something".into())
}

fn threads() {
    let sum = Arc::new(AtomicUsize::new(0));
    let handles: Vec<_> = (0..500)
        .map(|i| {
            let sum = sum.clone();
            thread::Builder::new()
                .name(format!("worker-{i}"))
                .stack_size(64 * 1024)
                .spawn(move || {
                    sum.fetch_add(i, Ordering::Relaxed);
                    thread::current().name().unwrap().len()
                })
                .unwrap()
        })
        .collect();
    let names: usize = handles.into_iter().map(|h| h.join().unwrap()).sum();
    println!("sum {} names {}", sum.load(Ordering::Relaxed), names);

    // The kernel's name of a thread is cut to 15 characters.
    thread::Builder::new()
        .name("a-name-that-is-rather-long".into())
        .spawn(|| {
            let id = fs::read_link("/proc/thread-self").unwrap();
            print!("comm {}", fs::read_to_string(Path::new("/proc").join(id).join("comm")).unwrap());
        })
        .unwrap()
        .join()
        .unwrap();

    let mut data = vec![1u64; 10_000];
    thread::scope(|scope| {
        for chunk in data.chunks_mut(1000) {
            scope.spawn(move || chunk.iter_mut().enumerate().for_each(|(i, v)| *v += i as u64));
        }
    });
    println!("scoped {}", data.iter().sum::<u64>());

    let sleeper = thread::spawn(|| {
        thread::park();
        thread::park_timeout(Duration::from_millis(5));
        "woken"
    });
    thread::sleep(Duration::from_millis(2));
    sleeper.thread().unpark();
    println!("{} {}", sleeper.join().unwrap(), thread::available_parallelism().unwrap().get() > 0);

    thread_local!(static COUNT: std::cell::Cell<u32> = std::cell::Cell::new(0));
    COUNT.with(|c| c.set(5));
    println!("local {} {}", thread::spawn(|| COUNT.with(|c| c.get())).join().unwrap(), COUNT.with(|c| c.get()));
}

fn channels() {
    let (sender, receiver) = mpsc::channel();
    for producer in 0..8u64 {
        let sender = sender.clone();
        thread::spawn(move || (0..5000).for_each(|i| sender.send(producer * i).unwrap()));
    }
    drop(sender);
    println!("received {}", receiver.iter().sum::<u64>());

    let (sender, receiver) = mpsc::sync_channel(0);
    let meeting = thread::spawn(move || (0..300).map(|i| sender.send(i).is_ok() as u32).sum::<u32>());
    println!("met {} {}", receiver.iter().take(200).sum::<i32>(), receiver.recv().is_ok());
    drop(receiver);
    println!("sent {}", meeting.join().unwrap());

    let (sender, receiver) = mpsc::channel::<()>();
    println!("{}", receiver.recv_timeout(Duration::from_millis(3)) == Err(RecvTimeoutError::Timeout));
    drop(sender);
    println!("{:?}", receiver.recv());
}

fn locks() {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let players: Vec<_> = (0..4)
        .map(|me| {
            let pair = pair.clone();
            thread::spawn(move || {
                for _ in 0..200 {
                    let mut turn = pair.1.wait_while(pair.0.lock().unwrap(), |t| *t % 4 != me).unwrap();
                    *turn += 1;
                    pair.1.notify_all();
                }
            })
        })
        .collect();
    players.into_iter().for_each(|p| p.join().unwrap());
    println!("turns {}", pair.0.lock().unwrap());

    let table = Arc::new(RwLock::new(HashMap::new()));
    let barrier = Arc::new(Barrier::new(10));
    let users: Vec<_> = (0..10)
        .map(|i| {
            let (table, barrier) = (table.clone(), barrier.clone());
            thread::spawn(move || {
                let leader = barrier.wait().is_leader();
                (0..100).for_each(|n| { table.write().unwrap().insert(i * 1000 + n, n); });
                barrier.wait();
                (table.read().unwrap().len(), leader)
            })
        })
        .collect();
    let seen: Vec<_> = users.into_iter().map(|u| u.join().unwrap()).collect();
    println!("{} {}", seen.iter().all(|s| s.0 == 1000), seen.iter().filter(|s| s.1).count());

    static ONCE: Once = Once::new();
    thread::scope(|s| (0..20).for_each(|_| { s.spawn(|| ONCE.call_once(|| println!("once"))); }));
    let timeout = pair.1.wait_timeout(pair.0.lock().unwrap(), Duration::from_millis(3)).unwrap().1;
    println!("timed out {}", timeout.timed_out());
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

fn panics() {
    let caught = panic::catch_unwind(|| {
        let _outer = Noisy("outer");
        let _inner = Noisy("inner");
        let list = vec![1, 2, 3];
        list[opaque(7)]
    });
    println!("caught {}", message(&*caught.unwrap_err()));
    let joined = thread::spawn(|| panic!("in a thread")).join();
    println!("joined {}", message(&*joined.unwrap_err()));
    let lock = Arc::new(Mutex::new(1));
    let held = lock.clone();
    let _ = thread::spawn(move || { let _guard = held.lock().unwrap(); panic!("poison") }).join();
    println!("poisoned {}", lock.is_poisoned());
    let numbers = AtomicUsize::new(0);
    for i in 0..200usize {
        let result = panic::catch_unwind(AssertUnwindSafe(|| if i % 2 == 0 { panic::resume_unwind(Box::new(i)) }));
        if let Err(value) = result {
            numbers.fetch_add(*value.downcast::<usize>().unwrap(), Ordering::Relaxed);
        }
    }
    println!("unwound {}", numbers.into_inner());
    println!("overflow {:?} {:?}", 200u8.checked_add(100), "x".parse::<i32>().map_err(|e| e.to_string()));
}

/// A value that the compiler knows nothing about.
fn opaque<T: Copy>(value: T) -> T {
    // SAFETY: a reference is valid to read from, and a Copy value may exist twice.
    unsafe { std::ptr::read_volatile(&value) }
}

fn time() {
    let start = Instant::now();
    thread::sleep(Duration::from_millis(15));
    println!("slept {}", start.elapsed() >= Duration::from_millis(15));
    let steady = (0..1000).map(|_| Instant::now()).collect::<Vec<_>>();
    println!("monotonic {}", steady.windows(2).all(|w| w[0] <= w[1]));
    println!("since 1970 {}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() > 1_600_000_000);
}

fn files() {
    let root = scratch("files");
    let path = root.join("data.bin");
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
    println!("{:?}", OpenOptions::new().write(true).create_new(true).open(&path).unwrap_err().kind());
    for i in 0..10_000u32 {
        file.write_all(&i.to_le_bytes()).unwrap();
    }
    file.seek(SeekFrom::Start(4 * 777)).unwrap();
    let mut word = [0; 4];
    file.read_exact(&mut word).unwrap();
    println!("read {}", u32::from_le_bytes(word));
    file.read_exact_at(&mut word, 4 * 9999).unwrap();
    println!("read {} at {}", u32::from_le_bytes(word), file.stream_position().unwrap());
    file.set_len(100).unwrap();
    file.sync_all().unwrap();
    println!("size {} error {:?}", file.metadata().unwrap().len(), file.read_exact_at(&mut word, 98).unwrap_err().kind());
    file.set_permissions(fs::Permissions::from_mode(0o640)).unwrap();
    let facts = fs::metadata(&path).unwrap();
    println!("mode {:o} mtime {}", facts.mode(), facts.mtime() > 1_600_000_000);
    println!("created {}", facts.created().is_ok());

    let mut writer = BufWriter::new(File::create(root.join("lines")).unwrap());
    for i in 0..5000 {
        writeln!(writer, "line {i}").unwrap();
    }
    drop(writer);
    let reader = BufReader::new(File::open(root.join("lines")).unwrap());
    println!("lines {}", reader.lines().map(|l| l.unwrap().len()).sum::<usize>());
    println!("copied {}", fs::copy(root.join("lines"), root.join("copy")).unwrap());
    println!("{:?} {:?}", File::open(root.join("none")).unwrap_err().kind(), File::open(root.join("lines/x")).unwrap_err().to_string());
    fs::remove_dir_all(root).unwrap();
}

fn scratch(name: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("mote-test-rust-{name}"));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    root
}

fn folders() {
    let root = scratch("folders");
    for name in ["a/b/c", "a/d", "e"] {
        fs::create_dir_all(root.join(name)).unwrap();
        fs::write(root.join(name).join("file"), name.repeat(10)).unwrap();
    }
    symlink("a/d", root.join("link")).unwrap();
    fs::hard_link(root.join("e/file"), root.join("hard")).unwrap();
    let mut found = BTreeMap::new();
    walk(&root, &root, &mut found);
    found.iter().for_each(|(name, kind)| println!("{name} {kind}"));
    println!("{} {}", fs::metadata(root.join("hard")).unwrap().nlink(), fs::canonicalize(root.join("link/file")).unwrap().ends_with("a/d/file"));
    fs::rename(root.join("a"), root.join("f")).unwrap();
    println!("{:?} {:?}", fs::remove_dir(root.join("f")).unwrap_err().kind(), fs::read_dir(root.join("a")).unwrap_err().kind());
    fs::remove_dir_all(&root).unwrap();
    println!("gone {}", !root.exists());
}

fn walk(root: &Path, at: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(at).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        let name = entry.path().strip_prefix(root).unwrap().display().to_string();
        found.insert(name, if kind.is_dir() { "folder".into() } else if kind.is_symlink() { "link".into() } else { format!("{} bytes", entry.metadata().unwrap().len()) });
        if kind.is_dir() {
            walk(root, &entry.path(), found);
        }
    }
}

fn memory() {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    let mut total = 0usize;
    for i in 0..2000 {
        blocks.push(vec![i as u8; (i * 37) % 30_000 + 1]);
        if i % 3 == 0 {
            let at = (i * 7) % blocks.len();
            total += blocks.swap_remove(at).iter().map(|b| *b as usize).sum::<usize>();
        }
    }
    println!("blocks {} {}", blocks.len(), total);
    let mut grown = Vec::new();
    for i in 0..3_000_000u32 {
        grown.push(i);
    }
    println!("grown {}", grown.iter().map(|v| *v as u64).sum::<u64>());
    let mut none: Vec<u8> = Vec::new();
    println!("{}", none.try_reserve(usize::MAX / 2).is_err());
    println!("deep {}", thread::Builder::new().stack_size(16 << 20).spawn(|| deep(50_000)).unwrap().join().unwrap());
}

#[inline(never)]
fn deep(n: u64) -> u64 {
    let pad = opaque([n; 16]);
    if n == 0 { 0 } else { deep(n - 1) + pad[3] - n + 1 }
}

fn library() {
    let mut words: Vec<_> = "the quick brown fox jumps over the lazy dog".split(' ').collect();
    words.sort_unstable_by_key(|w| (w.len(), *w));
    words.dedup();
    println!("{words:?}");
    println!("{:>8.3}|{:<6}|{:^7}|{:#x}|{:e}|{:?}", 3.14159, "ab", "mid", 255, 1234.5, "tab\t€");
    let map: HashMap<_, _> = (0..1000).map(|i| (i, i * i)).collect();
    println!("{}", map.values().sum::<i32>());
    println!("{:?}", std::env::var("MOTE_NOT_SET").unwrap_err());
    println!("{} {}", f64::MAX, (0.1f64 + 0.2).to_bits());
}

fn end(how: &str) -> ! {
    match how {
        "panic" => panic!("the end of {}", how),
        "thread" => {
            let _ = thread::Builder::new().name("other".into()).spawn(|| panic!("only this thread")).unwrap().join();
            process::exit(5)
        }
        "abort" => process::abort(),
        "overflow" => process::exit(endless(1) as i32),
        "overflow-thread" => process::exit(thread::Builder::new().name("deep".into()).spawn(|| endless(1)).unwrap().join().unwrap() as i32),
        "pipe" => loop {
            println!("{}", "y".repeat(1000))
        },
        _ => process::exit(9),
    }
}

#[inline(never)]
#[allow(unconditional_recursion)]
fn endless(n: u64) -> u64 {
    let pad = opaque([n; 100]);
    endless(n + 1) + pad[(n % 100) as usize]
}
