using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/sys without its net: what the kernel is and how it may be set (Documentation/admin-guide/sysctl). The signs of the tables are <see cref="TextTable"/>'s.</summary>
internal static class SettingFiles
{
    private const uint Writable = 0x1a4;
    private const uint WriteOnly = 0x80;
    private const int FewestThreads = 20; // MIN_THREADS

    public static void AddTo(ProcFileSystem home, FixedDirectory sys)
    {
        sys.AddDirectory("kernel", kernel => AddKernel(home, kernel));
        sys.AddDirectory("vm", vm => AddMemory(home, vm));
        sys.AddDirectory("fs", fs => AddFiles(home, fs));
        if (home.Sockets is { } sockets)
        {
            sys.AddDirectory("net", net => NetworkSettingFiles.AddTo(sockets, net));
        }

        sys.AddDirectory("user", static user => TextTable.AddTo(user,
            "!max_cgroup_namespaces 0\n!max_ipc_namespaces 0\n!max_mnt_namespaces 0\n!max_net_namespaces 0\n!max_pid_namespaces 0\n!max_time_namespaces 0\n!max_user_namespaces 0\n!max_uts_namespaces 0\n"u8));
        sys.AddDirectory("debug", static debug => TextTable.AddTo(debug, "~exception-trace 1\n"u8));
        sys.AddDirectory("dev").AddDirectory("tty", static tty => TextTable.AddTo(tty, "!ldisc_autoload 0\n"u8));
    }

    private static void AddKernel(ProcFileSystem home, FixedDirectory kernel)
    {
        TextTable.AddTo(kernel, """
            =arch x86_64
            =cap_last_cap 40
            =ngroups_max 65536
            =ostype Linux
            !acct 4	2	30
            !auto_msgmni 0
            !core_pattern core
            !core_pipe_limit 0
            !core_uses_pid 0
            !ctrl-alt-del 0
            !dmesg_restrict 1
            !io_delay_type 0
            !kptr_restrict 2
            !modules_disabled 1
            !msgmax 8192
            !msgmnb 16384
            !msgmni 32000
            !overflowgid 65534
            !overflowuid 65534
            !panic 0
            !panic_on_oops 1
            !panic_on_warn 0
            !perf_event_paranoid 4
            !pid_max 4194304
            !sched_autogroup_enabled 0
            !sched_rr_timeslice_ms 100
            !sem 32000	1024000000	500	32000
            !shm_rmid_forced 0
            !shmall 18446744073692774399
            !shmmax 18446744073692774399
            !shmmni 4096
            !sysctl_writes_strict 1
            !sysrq 0
            !tainted 0
            !task_delayacct 0
            !unprivileged_bpf_disabled 2
            ~print-fatal-signals 0
            ~printk 4	4	1	7
            ~printk_delay 0
            ~printk_ratelimit 5
            ~printk_ratelimit_burst 10
            ~timer_migration 1
            """u8);
        kernel.AddText("osrelease", home.Identity.Release + "\n");
        kernel.AddText("version", home.Identity.Version + "\n");
        kernel.AddSource("hostname", new NameText(home.Host.Names, isDomain: false), Writable);
        kernel.AddSource("domainname", new NameText(home.Host.Names, isDomain: true), Writable);
        kernel.AddNumber("threads-max", FewestThreads, int.MaxValue, () => home.Host.ThreadLimit, value => home.Host.ThreadLimit = value);
        kernel.AddSource("randomize_va_space", new NumbersText(
            1,
            0,
            2,
            numbers => numbers[0] = home.Host.RandomizesLayouts ? 2 : 0,
            numbers =>
            {
                home.Host.RandomizesLayouts = numbers[0] == 2 || (numbers[0] == 1 && home.Host.RandomizesLayouts);
                return numbers[0] != 1; // the break cannot stay alone where it was
            }), Writable);
        FixedDirectory random = kernel.AddDirectory("random");
        random.AddText("boot_id", home.Identity.BootId + "\n");
        random.AddText("uuid", text => text.Add(home.Identity.NewId()).Add("\n"u8));
        TextTable.AddTo(random, "=entropy_avail 256\n=poolsize 256\n~urandom_min_reseed_secs 60\n~write_wakeup_threshold 256\n"u8);
        TextTable.AddTo(kernel.AddDirectory("pty"), "!max 4096\n!reserve 1024\n"u8);
    }

    private static void AddMemory(ProcFileSystem home, FixedDirectory vm)
    {
        vm.AddSource("overcommit_memory", new OvercommitText(home.Host.MemoryPolicy), Writable);
        TextTable.AddTo(vm, """
            !admin_reserve_kbytes 0
            !hugetlb_shm_group 0
            !legacy_va_layout 0
            !max_map_count 65530
            !memory_failure_early_kill 0
            !mmap_min_addr 65536
            !nr_hugepages 0
            !nr_hugepages_mempolicy 0
            !nr_overcommit_hugepages 0
            !oom_dump_tasks 0
            !oom_kill_allocating_task 1
            !overcommit_kbytes 0
            !overcommit_ratio 50
            !panic_on_oom 0
            !unprivileged_userfaultfd 0
            !user_reserve_kbytes 0
            ~compact_unevictable_allowed 1
            ~compaction_proactiveness 20
            ~dirty_background_bytes 0
            ~dirty_background_ratio 10
            ~dirty_bytes 0
            ~dirty_expire_centisecs 3000
            ~dirty_ratio 20
            ~dirty_writeback_centisecs 500
            ~dirtytime_expire_seconds 43200
            ~extfrag_threshold 500
            ~laptop_mode 0
            ~lowmem_reserve_ratio 256	256	32	0	0
            ~min_free_kbytes 0
            ~page-cluster 3
            ~page_lock_unfairness 5
            ~percpu_pagelist_high_fraction 0
            ~stat_interval 1
            ~swappiness 60
            ~vfs_cache_pressure 100
            ~watermark_boost_factor 15000
            ~watermark_scale_factor 10
            """u8);

        // What is clean and could be had again is dropped, memory is compacted: there is nothing of either kind.
        vm.AddSource("drop_caches", new RequestText(1, 4), WriteOnly);
        vm.AddSource("compact_memory", new RequestText(1, 1), WriteOnly);
    }

    private static void AddFiles(ProcFileSystem home, FixedDirectory fs)
    {
        InotifyUse inotify = home.Tree.Inotify;
        TextTable.AddTo(fs, """
            !dir-notify-enable 0
            !file-max 1048576
            !leases-enable 0
            !mount-max 100000
            !nr_open 1048576
            !overflowgid 65534
            !overflowuid 65534
            !pipe-max-size 1048576
            !pipe-user-pages-hard 0
            !pipe-user-pages-soft 0
            !protected_fifos 0
            !protected_hardlinks 0
            !protected_regular 0
            !protected_symlinks 0
            !suid_dumpable 0
            """u8);
        fs.AddText("file-nr", text => text.Add(CountOpen(home.Host)).Add("\t0\t1048576\n"u8));
        FixedDirectory directory = fs.AddDirectory("inotify");
        directory.AddText("max_queued_events", InotifyUse.MaximumEvents + "\n");
        directory.AddNumber("max_user_instances", 0, int.MaxValue, () => inotify.InstanceLimit, value => inotify.InstanceLimit = value);
        directory.AddNumber("max_user_watches", 0, int.MaxValue, () => inotify.WatchLimit, value => inotify.WatchLimit = value);
        EpollUse items = home.Tree.EpollItems;
        fs.AddDirectory("epoll").AddNumber("max_user_watches", 0, int.MaxValue, () => items.WatchLimit, value => items.WatchLimit = value);
    }

    private static int CountOpen(ProcessHost host)
    {
        int count = 0;
        foreach (Process process in host.Processes)
        {
            for (int i = 0; i < process.Files.End; i++)
            {
                count += process.Files.Get(i) != null ? 1 : 0;
            }
        }

        return count;
    }
}
