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
        if (home.Network != null)
        {
            root.Add("net", new TextLink(home, home.NextInode(), static text => text.Add("self/net"u8)));
        }

        root.Add("mounts", new TextLink(home, home.NextInode(), static text => text.Add("self/mounts"u8)));
        root.AddText("cpuinfo", CpuText.Write);
        root.AddText("meminfo", text => WriteMemory(home, text));
        root.AddText("stat", text => WriteStat(home, text));
        root.AddText("loadavg", text => WriteLoad(home, text));
        root.AddText("uptime", text => WriteUptime(home, text));
        root.AddText("version", text => text.Add("Linux version "u8).Add(home.Identity.Release).Add(" (mote) "u8).Add(home.Identity.Version).Add("\n"u8));
        root.AddText("cmdline", static text => text.Add(BootInfo.CommandLine).Add("\n"u8));
        root.AddSource("swaps", new FixedText("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"), GeneratedRules.Mounts);
        root.AddText("locks", text => LockText.WriteAll(text, home.Host));
        root.AddText("vmstat", text => WriteEvents(home, text));
        TextTable.AddTo(root, """
            =cgroups #subsys_name	hierarchy	num_cgroups	enabled|cpuset	0	1	1|cpu	0	1	1|memory	0	1	1
            =devices Character devices:|  1 mem|  5 /dev/tty|  5 /dev/console|  5 /dev/ptmx|128 ptm|136 pts|229 hvc||Block devices:
            =diskstats
            =execdomains 0-0	Linux           	[kernel]
            =filesystems nodev	sysfs|nodev	tmpfs|nodev	proc|nodev	devpts|nodev	overlay|	erofs
            =interrupts            CPU0       
            =misc
            =modules
            =partitions major minor  #blocks  name||
            bus/
            driver/
            fs/
            """u8);

        // ps(1) and top(1) take the names of terminals from it.
        TextTable.AddTo(root.AddDirectory("tty"), """
            driver/
            =drivers /dev/tty             /dev/tty        5       0 system:/dev/tty|/dev/console         /dev/console    5       1 system:console|/dev/ptmx            /dev/ptmx       5       2 system|hvc                  /dev/hvc      229 0-7 system|pty_slave            /dev/pts      136 0-1048575 pty:slave|pty_master           /dev/ptm      128 0-1048575 pty:master
            ldisc/
            =ldiscs n_tty       0
            """u8);
        if (home.Ipc is { } ipc)
        {
            FixedDirectory directory = root.AddDirectory("sysvipc");
            directory.AddText("msg", text => IpcText.WriteQueues(text, ipc));
            directory.AddText("sem", text => IpcText.WriteSemaphores(text, ipc));
            directory.AddText("shm", text => IpcText.WriteSegments(text, ipc));
        }

        root.AddDirectory("sys", GeneratedRules.Setting, sys => SettingFiles.AddTo(home, sys));
    }

    private static void WriteEvents(ProcFileSystem home, ByteText text)
    {
        ulong faults = 0;
        foreach (Processes.Process process in home.Host.Processes)
        {
            faults += process.Memory.Faults;
        }

        text.Add("nr_free_pages "u8).Add(MemoryStatistics.AvailableBytes >> PageSize.Shift).Add("\npswpin 0\npswpout 0\npgfault "u8).Add(faults).Add("\npgmajfault 0\noom_kill 0\n"u8);
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
