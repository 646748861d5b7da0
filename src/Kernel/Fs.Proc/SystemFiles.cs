using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The part of /proc that is about the system as a whole.</summary>
internal static class SystemFiles
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong TickNs = 10_000_000;

    public static void AddTo(ProcFileSystem home, FixedDirectory root)
    {
        root.Add("self", new TextLink(home, home.NextInode(), static text => text.Add(Processes.UserThread.Current.Process.Id)));
        root.Add("thread-self", new TextLink(home, home.NextInode(), static text =>
            text.Add(Processes.UserThread.Current.Process.Id).Add("/task/"u8).Add(Processes.UserThread.Current.Id)));
        if (home.Sockets != null)
        {
            root.AddDirectory("net", net => NetworkFiles.AddTo(home, net));
        }

        root.Add("mounts", new TextLink(home, home.NextInode(), static text => text.Add("self/mounts"u8)));
        root.AddText("cpuinfo", CpuText.Write);
        root.AddText("meminfo", text => WriteMemory(home, text));
        root.AddText("stat", text => WriteStat(home, text));
        root.AddText("loadavg", text => WriteLoad(home, text));
        root.AddText("uptime", text => WriteUptime(home, text));
        root.AddText("version", text => text.Add("Linux version "u8).Add(home.Identity.Release).Add(" (mote) "u8).Add(home.Identity.Version).Add("\n"u8));
        root.AddText("filesystems", "nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\n\terofs\n");
        root.AddText("cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t1\t1\ncpu\t0\t1\t1\nmemory\t0\t1\t1\n");
        root.AddText("cmdline", static text => text.Add(BootInfo.CommandLine).Add("\n"u8));
        root.AddText("devices", "Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n128 ptm\n136 pts\n229 hvc\n\nBlock devices:\n");

        // ps(1) and top(1) take the names of terminals from it.
        root.AddDirectory("tty").AddText("drivers",
            "/dev/tty             /dev/tty        5       0 system:/dev/tty\n/dev/console         /dev/console    5       1 system:console\n" +
            "/dev/ptmx            /dev/ptmx       5       2 system\nhvc                  /dev/hvc      229 0-7 system\n" +
            "pty_slave            /dev/pts      136 0-1048575 pty:slave\npty_master           /dev/ptm      128 0-1048575 pty:master\n");
        root.AddText("interrupts", "           CPU0       \n");
        root.AddText("partitions", "major minor  #blocks  name\n\n");
        root.AddText("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        root.AddText("vmstat", static text => text.Add("nr_free_pages "u8).Add(MemoryStatistics.AvailableBytes >> PageSize.Shift).Add("\npgfault 0\npgmajfault 0\noom_kill 0\n"u8));
        AddSettings(home, root.AddDirectory("sys"));
    }

    private static void AddSettings(ProcFileSystem home, FixedDirectory sys)
    {
        FixedDirectory kernel = sys.AddDirectory("kernel");
        kernel.AddText("osrelease", home.Identity.Release + "\n");
        kernel.AddText("ostype", "Linux\n");
        kernel.AddText("version", home.Identity.Version + "\n");
        kernel.AddText("hostname", text =>
        {
            home.Identity.HostName(text);
            text.Add("\n"u8);
        });
        kernel.AddText("domainname", "(none)\n");
        kernel.AddSetting("pid_max", "4194304\n");
        kernel.AddSetting("threads-max", "8192\n");
        kernel.AddSetting("core_pattern", "core\n");
        kernel.AddSetting("core_uses_pid", "0\n");
        kernel.AddText("cap_last_cap", "40\n");
        kernel.AddText("ngroups_max", "65536\n");
        kernel.AddText("tainted", "0\n");
        kernel.AddSetting("randomize_va_space", "2\n");
        kernel.AddSetting("perf_event_paranoid", "4\n");
        kernel.AddSetting("kptr_restrict", "2\n");
        kernel.AddSetting("dmesg_restrict", "1\n");
        kernel.AddText("overflowuid", "65534\n");
        kernel.AddText("overflowgid", "65534\n");
        kernel.AddText("shmmax", "18446744073692774399\n");
        kernel.AddText("shmall", "18446744073692774399\n");
        kernel.AddText("shmmni", "4096\n");
        kernel.AddText("msgmax", "8192\n");
        kernel.AddText("msgmnb", "16384\n");
        kernel.AddText("msgmni", "32000\n");
        kernel.AddText("sem", "32000\t1024000000\t500\t32000\n");
        FixedDirectory random = kernel.AddDirectory("random");
        random.AddText("boot_id", home.Identity.BootId + "\n");
        random.AddText("uuid", text => text.Add(home.Identity.NewId()).Add("\n"u8));
        random.AddText("entropy_avail", "256\n");
        random.AddText("poolsize", "256\n");

        FixedDirectory vm = sys.AddDirectory("vm");
        vm.Add("overcommit_memory", new GeneratedFile(home, home.NextInode(), 0x1a4, new OvercommitText(home.Host.MemoryPolicy)));
        vm.AddSetting("overcommit_ratio", "50\n");
        vm.AddSetting("max_map_count", "65530\n");
        vm.AddSetting("mmap_min_addr", "65536\n");
        vm.AddSetting("swappiness", "60\n");
        vm.AddSetting("nr_hugepages", "0\n");

        FixedDirectory fs = sys.AddDirectory("fs");
        fs.AddSetting("file-max", "1048576\n");
        fs.AddSetting("nr_open", "1048576\n");
        fs.AddText("file-nr", "0\t0\t1048576\n");
        fs.AddSetting("pipe-max-size", "1048576\n");
        FixedDirectory inotify = fs.AddDirectory("inotify");
        inotify.AddText("max_queued_events", Vfs.InotifyUse.MaximumEvents + "\n");
        inotify.AddText("max_user_instances", Vfs.InotifyUse.MaximumInstances + "\n");
        inotify.AddText("max_user_watches", Vfs.InotifyUse.MaximumWatches + "\n");
        fs.AddDirectory("epoll").AddSetting("max_user_watches", "1048576\n");

        if (home.Sockets is { } sockets)
        {
            sys.AddDirectory("net", net => NetworkSettingFiles.AddTo(sockets, net));
        }
    }

    private static void WriteMemory(ProcFileSystem home, ByteText text)
    {
        ulong locked = 0;
        foreach (Processes.Process process in home.Host.Processes)
        {
            locked += process.Memory.MeasureResident().Locked;
        }

        ulong total = MemoryStatistics.TotalBytes;
        ulong free = MemoryStatistics.AvailableBytes;
        AddSize(text, "MemTotal:       ", total);
        AddSize(text, "MemFree:        ", free);
        AddSize(text, "MemAvailable:   ", free);
        AddSize(text, "Buffers:        ", 0);
        AddSize(text, "Cached:         ", 0);
        AddSize(text, "SwapCached:     ", 0);
        AddSize(text, "Active:         ", total - free);
        AddSize(text, "Inactive:       ", 0);
        AddSize(text, "Unevictable:    ", locked);
        AddSize(text, "Mlocked:        ", locked);
        AddSize(text, "SwapTotal:      ", 0);
        AddSize(text, "SwapFree:       ", 0);
        AddSize(text, "Dirty:          ", 0);
        AddSize(text, "Writeback:      ", 0);
        AddSize(text, "AnonPages:      ", total - free);
        AddSize(text, "Mapped:         ", 0);
        AddSize(text, "Shmem:          ", 0);
        AddSize(text, "Slab:           ", 0);
        AddSize(text, "CommitLimit:    ", total);
        AddSize(text, "Committed_AS:   ", total - free);
        text.Add("HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\nHugepagesize:       2048 kB\n"u8);
    }

    private static void AddSize(ByteText text, string label, ulong bytes) => text.Add(label).AddRight(bytes >> 10, 8).Add(" kB\n"u8);

    private static void WriteStat(ProcFileSystem home, ByteText text)
    {
        ulong uptime = Clock.Now.Nanoseconds;
        ulong used = UsedTimeNs(home);
        ulong idle = home.Host.Scheduler.IdleNs;
        ulong kernel = uptime > used + idle ? uptime - used - idle : 0;
        foreach (string name in (string[])["cpu  ", "cpu0 "])
        {
            text.Add(name).Add(used / TickNs).Add(" 0 "u8).Add(kernel / TickNs).Add(" "u8).Add(idle / TickNs).Add(" 0 0 0 0 0 0\n"u8);
        }

        text.Add("intr 0\nctxt "u8).Add(home.Host.Scheduler.Switches).Add("\nbtime "u8);
        text.Add((ulong)home.Started.Seconds).Add("\nprocesses "u8).Add(home.Host.Processes.Count).Add("\nprocs_running "u8).Add(home.Host.Scheduler.Active).Add("\nprocs_blocked 0\n"u8);
    }

    private static ulong UsedTimeNs(ProcFileSystem home)
    {
        ulong used = 0;
        foreach (Processes.Process process in home.Host.Processes)
        {
            used += process.CpuTimeNs;
        }

        return used;
    }

    private static void WriteLoad(ProcFileSystem home, ByteText text)
    {
        LoadAverage load = home.Host.Scheduler.Load;
        AddLoad(text, load.OneMinute);
        AddLoad(text, load.FiveMinutes);
        AddLoad(text, load.FifteenMinutes);
        text.Add(home.Host.Scheduler.Active).Add("/"u8).Add(home.Host.ThreadCount).Add(" "u8).Add(home.Host.LastId).Add("\n"u8);
    }

    private static void AddLoad(ByteText text, ulong load)
    {
        const ulong One = 1UL << LoadAverage.FractionBits;
        load += One / 200;
        text.Add(load / One).Add("."u8).AddPadded((uint)(load % One * 100 / One), 2).Add(" "u8);
    }

    private static ByteText AddSeconds(ByteText text, ulong nanoseconds) =>
        text.Add(nanoseconds / NanosecondsPerSecond).Add("."u8).AddPadded((uint)(nanoseconds % NanosecondsPerSecond / TickNs), 2);

    private static void WriteUptime(ProcFileSystem home, ByteText text)
    {
        AddSeconds(text, Clock.Now.Nanoseconds).Add(" "u8);
        AddSeconds(text, home.Host.Scheduler.IdleNs).Add("\n"u8);
    }
}
