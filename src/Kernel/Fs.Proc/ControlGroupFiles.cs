using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// /sys/fs/cgroup: the one group of all processes, to read (Documentation/admin-guide/cgroup-v2.rst). It has no limits of its own: the machine's memory and CPU are the limits, and runtimes
/// take those where "max" stands.
/// </summary>
internal static class ControlGroupFiles
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    public static void AddTo(FixedDirectory group)
    {
        TextTable.AddTo(group, """
            =cgroup.controllers cpu memory pids
            =cgroup.events populated 1|frozen 0
            =cgroup.freeze 0
            =cgroup.max.depth max
            =cgroup.max.descendants max
            =cgroup.stat nr_descendants 0|nr_dying_descendants 0
            =cgroup.subtree_control |
            =cgroup.type domain
            =cpu.idle 0
            =cpu.max max 100000
            =cpu.max.burst 0
            =cpu.weight 100
            =cpu.weight.nice 0
            =memory.events low 0|high 0|max 0|oom 0|oom_kill 0|oom_group_kill 0
            =memory.high max
            =memory.low 0
            =memory.max max
            =memory.min 0
            =memory.oom.group 0
            =memory.swap.current 0
            =memory.swap.high max
            =memory.swap.max max
            =pids.events max 0
            """u8);
        group.AddText("cgroup.procs", static text =>
        {
            foreach (Process process in UserThread.Current.Process.Host.Processes)
            {
                text.Add(process.Id).Add("\n"u8);
            }
        });
        group.AddText("cgroup.threads", static text =>
        {
            foreach (Process process in UserThread.Current.Process.Host.Processes)
            {
                foreach (UserThread thread in process.Threads)
                {
                    text.Add(thread.Id).Add("\n"u8);
                }
            }
        });
        group.AddText("cpu.stat", WriteTimes);
        group.AddText("memory.current", static text => text.Add(MemoryStatistics.TotalBytes - MemoryStatistics.AvailableBytes).Add("\n"u8));
        group.AddText("memory.stat", WriteMemory);
        group.AddText("pids.current", static text => text.Add(UserThread.Current.Process.Host.ThreadCount).Add("\n"u8));
        group.AddText("pids.max", static text => text.Add(UserThread.Current.Process.Host.ThreadLimit).Add("\n"u8));
    }

    private static void WriteTimes(ByteText text)
    {
        ulong user = 0;
        ulong system = 0;
        foreach (Process process in UserThread.Current.Process.Host.Processes)
        {
            CpuTimes times = process.CpuTimes;
            user += times.UserNs;
            system += times.SystemNs;
        }

        text.Add("usage_usec "u8).Add((user + system) / NanosecondsPerMicrosecond).Add("\nuser_usec "u8).Add(user / NanosecondsPerMicrosecond);
        text.Add("\nsystem_usec "u8).Add(system / NanosecondsPerMicrosecond).Add("\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\nnr_bursts 0\nburst_usec 0\n"u8);
    }

    private static void WriteMemory(ByteText text)
    {
        ulong anonymous = 0;
        ulong file = 0;
        ulong shared = 0;
        ulong faults = 0;
        foreach (Process process in UserThread.Current.Process.Host.Processes)
        {
            Memory.ResidentSizes sizes = process.Memory.MeasureResident();
            anonymous += sizes.Anonymous;
            file += sizes.File;
            shared += sizes.Shared;
            faults += process.Memory.Faults;
        }

        text.Add("anon "u8).Add(anonymous).Add("\nfile "u8).Add(file + shared).Add("\nshmem "u8).Add(shared);
        text.Add("\ninactive_anon 0\nactive_anon "u8).Add(anonymous).Add("\ninactive_file 0\nactive_file "u8).Add(file);
        text.Add("\nunevictable 0\npgfault "u8).Add(faults).Add("\npgmajfault 0\n"u8);
    }
}
