using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A directory, link or file of a process: its user's (task_dump_owner in fs/proc/base.c).</summary>
internal abstract class ProcessInode(ProcFileSystem home, ulong number, Process process, FileType type, uint mode) : GeneratedInode(home, number, type, mode)
{
    protected Process Process { get; } = process;

    protected ProcFileSystem Proc { get; } = home;

    protected override uint Uid => UserOf(Process, Type);

    protected override uint Gid => GroupOf(Process, Type);

    /// <summary>The user who owns a file of a process; root where what the process runs is not to be looked into (PR_SET_DUMPABLE).</summary>
    public static uint UserOf(Process process, FileType type) => IsOpen(process, type) ? process.Credentials.User.Effective : 0;

    public static uint GroupOf(Process process, FileType type) => IsOpen(process, type) ? process.Credentials.Group.Effective : 0;

    private static bool IsOpen(Process process, FileType type) => process.Dumpable == 1 || type == FileType.Directory;
}
