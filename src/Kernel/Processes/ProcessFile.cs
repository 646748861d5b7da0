using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>A process as something to hold and to wait for: pidfd_open(2). It is readable when the process has ended.</summary>
public sealed class ProcessFile : OpenFile
{
    public ProcessFile(FileTree tree, Process process, OpenFlags flags)
        : base(PathNode.CreateDetached("anon_inode:[pidfd]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite | flags) => Process = process;

    public Process Process { get; }

    public override WaitQueue? Readiness => Process.Ended;

    public override FileGaps Gaps => FileGaps.Read | FileGaps.Write | FileGaps.Splice;

    public override PollEvents Poll() => Process.HasExited ? PollEvents.Readable : PollEvents.None;
}
