using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>What the directories of processes and threads hold, in the order in which they are listed: Linux's (tgid_base_stuff and tid_base_stuff in fs/proc/base.c).</summary>
internal static class ProcessEntries
{
    public const int Count = 50;

    private const uint OwnerOnly = 0x100;
    private const uint OwnerWritable = 0x180;
    private const uint Writable = 0x1a4;
    private const uint WriteOnly = 0x80;
    private const GeneratedRules Buffer = GeneratedRules.ProcessBuffer;

    public static ProcessEntry At(int index) => index switch
    {
        0 => new("task"u8, ProcessEntryKind.Tasks, FileType.Directory, place: ProcessEntryPlace.Process),
        1 => new("fd"u8, ProcessEntryKind.Descriptors, FileType.Directory, mode: 0x140),
        2 => new("map_files"u8, ProcessEntryKind.MappedFiles, FileType.Directory, mode: 0x140, place: ProcessEntryPlace.Process),
        3 => new("fdinfo"u8, ProcessEntryKind.DescriptorInfo, FileType.Directory),
        4 => new("ns"u8, ProcessEntryKind.Namespaces, FileType.Directory, mode: 0x149),
        5 => new("net"u8, ProcessEntryKind.Network, FileType.Directory),
        6 => new("environ"u8, ProcessEntryKind.Environment, mode: OwnerOnly, rules: Buffer),
        7 => new("auxv"u8, ProcessEntryKind.AuxiliaryVector, mode: OwnerOnly, rules: Buffer),
        8 => new("status"u8, ProcessEntryKind.Status),
        9 => new("personality"u8, ProcessEntryKind.Personality, mode: OwnerOnly),
        10 => new("limits"u8, ProcessEntryKind.Limits),
        11 => new("sched"u8, ProcessEntryKind.Scheduling, mode: Writable),
        12 => new("timens_offsets"u8, ProcessEntryKind.TimeOffsets, mode: Writable, place: ProcessEntryPlace.Process),
        13 => new("comm"u8, ProcessEntryKind.CommandName, mode: Writable),
        14 => new("syscall"u8, ProcessEntryKind.SystemCall, mode: OwnerOnly),
        15 => new("cmdline"u8, ProcessEntryKind.CommandLine, rules: Buffer),
        16 => new("stat"u8, ProcessEntryKind.Stat),
        17 => new("statm"u8, ProcessEntryKind.MemorySizes),
        18 => new("maps"u8, ProcessEntryKind.Maps),
        19 => new("children"u8, ProcessEntryKind.Children, place: ProcessEntryPlace.Thread),
        20 => new("numa_maps"u8, ProcessEntryKind.NodeMaps),
        21 => new("mem"u8, ProcessEntryKind.Memory, mode: OwnerWritable),
        22 => new("cwd"u8, ProcessEntryKind.WorkingDirectory, FileType.SymbolicLink),
        23 => new("root"u8, ProcessEntryKind.Root, FileType.SymbolicLink),
        24 => new("exe"u8, ProcessEntryKind.Program, FileType.SymbolicLink),
        25 => new("mounts"u8, ProcessEntryKind.Mounts, rules: GeneratedRules.Mounts),
        26 => new("mountinfo"u8, ProcessEntryKind.MountInfo, rules: GeneratedRules.Mounts),
        27 => new("mountstats"u8, ProcessEntryKind.MountStatistics, mode: OwnerOnly, place: ProcessEntryPlace.Process),
        28 => new("clear_refs"u8, ProcessEntryKind.ClearReferences, mode: WriteOnly, rules: Buffer),
        29 => new("smaps"u8, ProcessEntryKind.Smaps),
        30 => new("smaps_rollup"u8, ProcessEntryKind.SmapsSum),
        31 => new("pagemap"u8, ProcessEntryKind.PageMap, mode: OwnerOnly),
        32 => new("wchan"u8, ProcessEntryKind.WaitChannel),
        33 => new("schedstat"u8, ProcessEntryKind.SchedulingSums),
        34 => new("cpuset"u8, ProcessEntryKind.CpuSet),
        35 => new("cgroup"u8, ProcessEntryKind.ControlGroup),
        36 => new("oom_score"u8, ProcessEntryKind.OutOfMemoryScore),
        37 => new("oom_adj"u8, ProcessEntryKind.OldOutOfMemoryAdjust, mode: Writable, rules: Buffer),
        38 => new("oom_score_adj"u8, ProcessEntryKind.OutOfMemoryAdjust, mode: Writable, rules: Buffer),
        39 => new("loginuid"u8, ProcessEntryKind.LoginUser, mode: Writable, rules: Buffer),
        40 => new("sessionid"u8, ProcessEntryKind.LoginSession, rules: Buffer),
        41 => new("coredump_filter"u8, ProcessEntryKind.CoreFilter, mode: Writable, rules: Buffer, place: ProcessEntryPlace.Process),
        42 => new("io"u8, ProcessEntryKind.InputOutput, mode: OwnerOnly),
        43 => new("uid_map"u8, ProcessEntryKind.UserMap, mode: Writable),
        44 => new("gid_map"u8, ProcessEntryKind.UserMap, mode: Writable),
        45 => new("projid_map"u8, ProcessEntryKind.UserMap, mode: Writable),
        46 => new("setgroups"u8, ProcessEntryKind.GroupChoice, mode: Writable),
        47 => new("timers"u8, ProcessEntryKind.Timers, place: ProcessEntryPlace.Process),
        48 => new("timerslack_ns"u8, ProcessEntryKind.TimerSlack, mode: 0x1b6, place: ProcessEntryPlace.Process),
        _ => new("arch_status"u8, ProcessEntryKind.ArchitectureStatus),
    };
}
