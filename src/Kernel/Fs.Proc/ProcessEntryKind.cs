namespace Mote.Kernel.Fs.Proc;

/// <summary>The files of a process's directory.</summary>
internal enum ProcessEntryKind
{
    AuxiliaryVector,
    ControlGroup,
    CommandLine,
    CommandName,
    CoreFilter,
    WorkingDirectory,
    Environment,
    Program,
    Descriptors,
    DescriptorInfo,
    IdMap,
    InputOutput,
    Limits,
    LoginUser,
    Maps,
    MountInfo,
    Mounts,
    OutOfMemoryAdjust,
    OutOfMemoryScore,
    Personality,
    Root,
    Smaps,
    SmapsSum,
    Stat,
    MemorySizes,
    Status,
    Tasks,
    WaitChannel,
}
