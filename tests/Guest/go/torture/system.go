package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"syscall"
	"time"
)

func signals() {
	caught := make(chan os.Signal, 10)
	signal.Notify(caught, syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGHUP)
	for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGHUP} {
		check(syscall.Kill(syscall.Getpid(), s))
		fmt.Println("caught", <-caught)
	}
	signal.Ignore(syscall.SIGHUP)
	check(syscall.Kill(os.Getpid(), syscall.SIGHUP))
	fmt.Println("ignored", signal.Ignored(syscall.SIGHUP))
	signal.Reset()

	process, err := os.FindProcess(os.Getpid())
	check(err)
	signal.Notify(caught, os.Interrupt)
	check(process.Signal(os.Interrupt))
	fmt.Println("caught", <-caught)
	signal.Stop(caught)
	fmt.Println("alive", process.Signal(syscall.Signal(0)))
}

// SIGPROF on the threads' CPU time; the profile must name the function that took the time.
func profile() {
	file, err := os.CreateTemp("", "mote-test-go-*.pprof")
	check(err)
	defer os.Remove(file.Name())
	check(pprof.StartCPUProfile(file))
	sum, start := 0, time.Now()
	for time.Since(start) < 400*time.Millisecond {
		sum += burnTime(100000)
	}
	pprof.StopCPUProfile()
	_, err = file.Seek(0, io.SeekStart)
	check(err)
	packed, err := gzip.NewReader(file)
	check(err)
	plain, err := io.ReadAll(packed)
	check(err)
	fmt.Println("profile names the function:", bytes.Contains(plain, []byte("main.burnTime")), sum > 0)

	var heap, routines bytes.Buffer
	check(pprof.WriteHeapProfile(&heap))
	check(pprof.Lookup("goroutine").WriteTo(&routines, 1))
	fmt.Println("heap", heap.Len() > 0, "goroutines", strings.Contains(routines.String(), "main.profile"))
}

//go:noinline
func burnTime(n int) int {
	x := 1
	for i := 0; i < n; i++ {
		x = x*1103515245 + 12345
	}
	return x & 0xff
}

func machine() {
	fmt.Println(runtime.GOOS, runtime.GOARCH, runtime.NumCPU() > 0, runtime.GOMAXPROCS(0) == runtime.NumCPU())
	host, err := os.Hostname()
	fmt.Println("host", host != "", err)
	fmt.Println("page", os.Getpagesize(), "pid", os.Getpid() > 0)
	me, err := user.Current()
	check(err)
	fmt.Println("user", me.Username, me.HomeDir, me.Uid)
	executable, err := os.Executable()
	fmt.Println("executable", filepath.Base(executable), err)
	os.Setenv("MOTE_TEST", "value")
	fmt.Println(os.ExpandEnv("$MOTE_TEST ${NOTHING}."))
	var limit syscall.Rlimit
	check(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	fmt.Println("files", limit.Cur > 100)
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	fmt.Println("time used", usage.Utime.Nano()+usage.Stime.Nano() > 0)
	var info syscall.Utsname
	check(syscall.Uname(&info))
	_, file, line, ok := runtime.Caller(0)
	fmt.Println(filepath.Base(file), line > 0, ok)
}

func files() {
	root, err := os.MkdirTemp("", "mote-test-go")
	check(err)
	defer os.RemoveAll(root)
	for _, name := range []string{"b/two.txt", "a/one.txt", "a/deep/three.txt", "c.txt"} {
		path := filepath.Join(root, name)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, []byte(strings.Repeat(name+"\n", 100)), 0o640))
	}
	check(os.Symlink("c.txt", filepath.Join(root, "link")))
	check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		check(err)
		relative, _ := filepath.Rel(root, path)
		info, err := entry.Info()
		check(err)
		if entry.Type().IsRegular() {
			fmt.Println(relative, info.Mode(), info.Size())
		} else {
			fmt.Println(relative, entry.Type())
		}
		return nil
	}))
	entries, err := os.ReadDir(root)
	check(err)
	for _, entry := range entries {
		fmt.Print(entry.Name(), " ")
	}
	fmt.Println()
	matches, err := filepath.Glob(filepath.Join(root, "*", "*.txt"))
	check(err)
	fmt.Println("matches", len(matches))

	// Thousands of entries in one folder.
	many := filepath.Join(root, "many")
	check(os.Mkdir(many, 0o755))
	for i := 0; i < 2000; i++ {
		check(os.WriteFile(filepath.Join(many, fmt.Sprintf("file-with-a-long-name-%05d", i)), nil, 0o600))
	}
	entries, err = os.ReadDir(many)
	check(err)
	fmt.Println("many", len(entries), sort.SliceIsSorted(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() }))

	path := filepath.Join(root, "c.txt")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	check(err)
	_, err = file.WriteString("end")
	check(err)
	buffer := make([]byte, 5)
	_, err = file.ReadAt(buffer, 2)
	check(err)
	fmt.Printf("%q\n", buffer)
	check(file.Truncate(10))
	info, err := file.Stat()
	check(err)
	fmt.Println("size", info.Size(), info.Mode())
	stamp := time.Date(2020, 2, 29, 12, 34, 56, 789000000, time.UTC)
	check(os.Chtimes(path, stamp, stamp))
	info, err = os.Stat(path)
	check(err)
	fmt.Println(info.ModTime().UTC().Format(time.RFC3339Nano))
	check(os.Chmod(path, 0o600))
	check(os.Rename(path, filepath.Join(root, "d.txt")))
	_, err = os.Stat(path)
	fmt.Println(os.IsNotExist(err), strings.HasSuffix(err.Error(), "no such file or directory"))
	_, err = os.ReadFile(root)
	fmt.Println(err.(*fs.PathError).Err)
	fmt.Println(os.Remove(root).(*fs.PathError).Err)
	check(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	check(file.Close())

	// A copy between files goes by copy_file_range.
	from, err := os.Open(filepath.Join(root, "a/one.txt"))
	check(err)
	to, err := os.Create(filepath.Join(root, "copy"))
	check(err)
	n, err := io.Copy(to, from)
	fmt.Println("copied", n, err)
	to.Close()
	from.Close()

	data, err := syscall.Mmap(-1, 0, 1<<16, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	check(err)
	data[1<<15] = 7
	check(syscall.Munmap(data))
}

func pipes() {
	reader, writer, err := os.Pipe()
	check(err)
	go func() {
		for i := 0; i < 1000; i++ {
			fmt.Fprintln(writer, "line", i)
		}
		writer.Close()
	}()
	all, err := io.ReadAll(reader)
	fmt.Println("read", len(all), err)

	// A read that waits ends when its deadline passes or the file is closed: the runtime's poller (epoll).
	reader, writer, err = os.Pipe()
	check(err)
	check(reader.SetReadDeadline(time.Now().Add(5 * time.Millisecond)))
	_, err = reader.Read(make([]byte, 1))
	fmt.Println(os.IsTimeout(err))
	check(reader.SetReadDeadline(time.Time{}))
	ended := make(chan error)
	go func() {
		_, err := reader.Read(make([]byte, 1))
		ended <- err
	}()
	time.Sleep(5 * time.Millisecond)
	reader.Close()
	fmt.Println((<-ended).(*fs.PathError).Err)
	_, err = writer.Write([]byte("nobody"))
	fmt.Println(err.(*fs.PathError).Err)
}
