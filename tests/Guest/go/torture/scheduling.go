package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Ten thousand goroutines at once, each with a stack that has to grow.
func goroutines() {
	const count = 10000
	var ready, done sync.WaitGroup
	var sum int64
	start := make(chan struct{})
	ready.Add(count)
	done.Add(count)
	for i := 0; i < count; i++ {
		go func(i int) {
			defer done.Done()
			ready.Done()
			<-start
			atomic.AddInt64(&sum, int64(deep(i%50)))
		}(i)
	}

	ready.Wait()
	fmt.Println("alive", runtime.NumGoroutine() > count)
	close(start)
	done.Wait()
	fmt.Println("sum", sum)

	// A loop without calls gives way to others only because the runtime interrupts it with a signal (Go 1.14 and later).
	var stop, turns int32
	old := runtime.GOMAXPROCS(1)
	go func() {
		for i := 0; i < 5; i++ {
			time.Sleep(time.Millisecond)
			atomic.AddInt32(&turns, 1)
		}
		atomic.StoreInt32(&stop, 1)
	}()
	for atomic.LoadInt32(&stop) == 0 {
	}
	runtime.GOMAXPROCS(old)
	fmt.Println("turns", turns)

	// Goroutines that are bound to their threads.
	var bound sync.WaitGroup
	var threads int64
	for i := 0; i < 100; i++ {
		bound.Add(1)
		go func() {
			defer bound.Done()
			runtime.LockOSThread()
			time.Sleep(time.Millisecond)
			atomic.AddInt64(&threads, 1)
		}()
	}
	bound.Wait()
	fmt.Println("bound", threads)
}

func deep(n int) int {
	var pad [200]byte
	if n == 0 {
		return int(pad[100]) + 1
	}
	return deep(n-1) + 1
}

func channels() {
	// A chain of a thousand, as in the language's own tour.
	first := make(chan int)
	last := first
	for i := 0; i < 1000; i++ {
		next := make(chan int)
		go func(in, out chan int) { out <- 1 + <-in }(last, next)
		last = next
	}
	first <- 0
	fmt.Println("chain", <-last)

	// Workers and results.
	jobs, results := make(chan int, 10), make(chan int, 10)
	for w := 0; w < 8; w++ {
		go func() {
			for j := range jobs {
				results <- j * j
			}
		}()
	}
	go func() {
		for i := 0; i < 2000; i++ {
			jobs <- i
		}
		close(jobs)
	}()
	sum := 0
	for i := 0; i < 2000; i++ {
		sum += <-results
	}
	fmt.Println("squares", sum)

	a, b, quit := make(chan int), make(chan int), make(chan bool)
	go func() {
		for i := 0; i < 500; i++ {
			select {
			case a <- i:
			case b <- i:
			}
		}
		close(quit)
	}()
	got := 0
	for open := true; open; {
		select {
		case v := <-a:
			got += v
		case v := <-b:
			got += v
		case <-quit:
			open = false
		}
	}
	fmt.Println("select", got)
	select {
	case <-a:
		fmt.Println("not empty")
	default:
		fmt.Println("default")
	}
	select {
	case <-a:
		fmt.Println("not empty")
	case <-time.After(5 * time.Millisecond):
		fmt.Println("timed out")
	}
}

func locks() {
	var mutex sync.Mutex
	var shared sync.RWMutex
	var group sync.WaitGroup
	counts := map[int]int{}
	var reads int64
	for i := 0; i < 64; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for n := 0; n < 500; n++ {
				mutex.Lock()
				counts[i%7]++
				mutex.Unlock()
				shared.RLock()
				atomic.AddInt64(&reads, 1)
				shared.RUnlock()
				if n%100 == 0 {
					shared.Lock()
					shared.Unlock()
					runtime.Gosched()
				}
			}
		}(i)
	}
	group.Wait()
	fmt.Println("counts", counts, "reads", reads)

	condition := sync.NewCond(&mutex)
	turn, rounds := 0, 0
	for p := 0; p < 3; p++ {
		group.Add(1)
		go func(p int) {
			defer group.Done()
			for n := 0; n < 100; n++ {
				mutex.Lock()
				for turn != p {
					condition.Wait()
				}
				turn = (turn + 1) % 3
				rounds++
				condition.Broadcast()
				mutex.Unlock()
			}
		}(p)
	}
	group.Wait()
	fmt.Println("rounds", rounds)

	var once sync.Once
	var many sync.Map
	for i := 0; i < 100; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			once.Do(func() { fmt.Println("once") })
			many.Store(i, i*2)
		}(i)
	}
	group.Wait()
	total := 0
	many.Range(func(_, v any) bool { total += v.(int); return true })
	fmt.Println("map", total)
}

func timers() {
	start := time.Now()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("slept", time.Since(start) >= 20*time.Millisecond)

	ticker := time.NewTicker(3 * time.Millisecond)
	for i := 0; i < 5; i++ {
		<-ticker.C
	}
	ticker.Stop()
	fmt.Println("ticks", time.Since(start) >= 35*time.Millisecond)

	// A thousand timers, due in the reverse of the order in which they are set.
	var group sync.WaitGroup
	var fired int64
	for i := 1000; i > 0; i-- {
		group.Add(1)
		time.AfterFunc(time.Duration(i)*20*time.Microsecond, func() { atomic.AddInt64(&fired, 1); group.Done() })
	}
	group.Wait()
	fmt.Println("fired", fired)

	timer := time.NewTimer(time.Hour)
	fmt.Println("stopped", timer.Stop(), timer.Reset(time.Millisecond))
	<-timer.C
	fmt.Println("reset")
}

func contexts() {
	deadline, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	<-deadline.Done()
	fmt.Println(deadline.Err(), errors.Is(deadline.Err(), context.DeadlineExceeded))

	cancelled, stop := context.WithCancel(context.WithValue(context.Background(), "key", 42))
	ended := make(chan string)
	go func() {
		<-cancelled.Done()
		ended <- cancelled.Err().Error()
	}()
	stop()
	fmt.Println(<-ended, cancelled.Value("key"))
}
