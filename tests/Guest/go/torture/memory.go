package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

type node struct {
	left, right *node
	value       int
}

func grow(depth int) *node {
	if depth == 0 {
		return &node{value: 1}
	}
	return &node{grow(depth - 1), grow(depth - 1), 1}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.value + n.left.sum() + n.right.sum()
}

// Four goroutines build and drop trees while the collector runs beside them.
func collector() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	old := debug.SetGCPercent(20)
	var group sync.WaitGroup
	var sum int64
	kept := grow(12)
	for w := 0; w < 4; w++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 12; i++ {
				atomic.AddInt64(&sum, int64(grow(12).sum()))
			}
		}()
	}
	group.Wait()
	fmt.Println("trees", sum, kept.sum())

	var finalized int64
	for i := 0; i < 100; i++ {
		big := make([]byte, 10000)
		big[i] = byte(i)
		holder := &struct{ data []byte }{big}
		runtime.SetFinalizer(holder, func(any) { atomic.AddInt64(&finalized, 1) })
	}
	for i := 0; i < 100 && atomic.LoadInt64(&finalized) < 99; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	fmt.Println("finalized", atomic.LoadInt64(&finalized) >= 99)

	debug.SetGCPercent(old)
	debug.FreeOSMemory()
	runtime.ReadMemStats(&after)
	fmt.Println("collections", after.NumGC-before.NumGC > 5, "released", after.HeapReleased > 0)

	limit := debug.SetMemoryLimit(-1)
	fmt.Println("no limit", limit > 1<<60)
}

// Synchronous faults become panics that the program recovers from.
func faults() {
	attempt("nil read", func() { var p *node; fmt.Println(p.value) })
	attempt("nil write", func() { var p *[100]int; p[3] = 1 })
	attempt("nil call", func() { var f func(); f() })
	attempt("nil map", func() { var m map[string]int; m["a"] = 1 })
	attempt("index", func() { a := []int{1}; i := len(os.Args) + 5; fmt.Println(a[i]) })
	attempt("divide", func() { a, b := 1, len(os.Args)-len(os.Args); fmt.Println(a / b) })
	attempt("cast", func() { var v any = 1; fmt.Println(v.(string)) })
	attempt("closed", func() { c := make(chan int); close(c); close(c) })
	attempt("error", func() { panic(fmt.Errorf("wrapped: %w", os.ErrNotExist)) })
	attempt("fault", func() {
		// An address that is far from nil panics only when the program asked for it.
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		fmt.Println(*(*int)(far()))
	})
	for i := 0; i < 1000; i++ {
		func() {
			defer func() { recover() }()
			var p *node
			p.value = i
		}()
	}
	fmt.Println("a thousand more")

	// On other threads too.
	var group sync.WaitGroup
	var recovered int64
	for i := 0; i < 50; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if recover() != nil {
					atomic.AddInt64(&recovered, 1)
				}
			}()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var p *node
			p.left.value = 3
		}()
	}
	group.Wait()
	fmt.Println("recovered", recovered)
}

func attempt(name string, action func()) {
	defer func() {
		what := recover()
		_, isRuntime := what.(runtime.Error)
		fmt.Printf("%s: %v (%v)\n", name, what, isRuntime)
	}()
	action()
}
