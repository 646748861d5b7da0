using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>What every process's directory holds, in the order in which it is listed.</summary>
internal static class ProcessEntries
{
    public const int Count = 30;

    private const uint OwnerOnly = 0x100;
    private const uint Writable = 0x1a4;

    public static ProcessEntry At(int index) => index switch
    {
        0 => new("task"u8, ProcessEntryKind.Tasks, FileType.Directory),
        1 => new("fd"u8, ProcessEntryKind.Descriptors, FileType.Directory),
        2 => new("fdinfo"u8, ProcessEntryKind.DescriptorInfo, FileType.Directory),
        3 => new("environ"u8, ProcessEntryKind.Environment, mode: OwnerOnly),
        4 => new("auxv"u8, ProcessEntryKind.AuxiliaryVector, mode: OwnerOnly),
        5 => new("status"u8, ProcessEntryKind.Status),
        6 => new("personality"u8, ProcessEntryKind.Personality, mode: OwnerOnly),
        7 => new("limits"u8, ProcessEntryKind.Limits),
        8 => new("comm"u8, ProcessEntryKind.CommandName, mode: Writable),
        9 => new("cmdline"u8, ProcessEntryKind.CommandLine),
        10 => new("stat"u8, ProcessEntryKind.Stat),
        11 => new("statm"u8, ProcessEntryKind.MemorySizes),
        12 => new("maps"u8, ProcessEntryKind.Maps),
        13 => new("cwd"u8, ProcessEntryKind.WorkingDirectory, FileType.SymbolicLink),
        14 => new("root"u8, ProcessEntryKind.Root, FileType.SymbolicLink),
        15 => new("exe"u8, ProcessEntryKind.Program, FileType.SymbolicLink),
        16 => new("mounts"u8, ProcessEntryKind.Mounts),
        17 => new("mountinfo"u8, ProcessEntryKind.MountInfo),
        18 => new("smaps"u8, ProcessEntryKind.Smaps),
        19 => new("smaps_rollup"u8, ProcessEntryKind.SmapsSum),
        20 => new("wchan"u8, ProcessEntryKind.WaitChannel),
        21 => new("cgroup"u8, ProcessEntryKind.ControlGroup),
        22 => new("oom_score"u8, ProcessEntryKind.OutOfMemoryScore),
        23 => new("oom_score_adj"u8, ProcessEntryKind.OutOfMemoryAdjust, mode: Writable),
        24 => new("loginuid"u8, ProcessEntryKind.LoginUser, mode: Writable),
        25 => new("coredump_filter"u8, ProcessEntryKind.CoreFilter, mode: Writable),
        26 => new("io"u8, ProcessEntryKind.InputOutput, mode: OwnerOnly),
        27 => new("uid_map"u8, ProcessEntryKind.IdMap),
        28 => new("gid_map"u8, ProcessEntryKind.IdMap),
        _ => new("oom_adj"u8, ProcessEntryKind.OutOfMemoryScore),
    };
}
