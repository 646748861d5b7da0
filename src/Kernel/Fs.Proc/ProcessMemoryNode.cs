using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/mem and /proc/PID/pagemap: files whose positions are addresses.</summary>
internal sealed class ProcessMemoryNode(ProcFileSystem home, ulong number, Process process, uint mode, bool showsPages)
    : ProcessInode(home, number, process, FileType.Regular, mode)
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => showsPages ? new PageMapFile(path, flags, Process) : new ProcessMemoryFile(path, flags, Process);

    public override Errno Truncate(ulong newSize) => newSize > (ulong)GeneratedFileSystem.LargestOffset ? Errno.EFBIG : Errno.None;
}
