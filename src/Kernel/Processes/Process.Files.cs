using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

// What the process has open and from where it looks at the tree. Threads share both; a new process gets clones of both from its maker.
public sealed partial class Process
{
    /// <summary>The descriptors. Replaced when the process unshares them.</summary>
    public FileTable Files { get; set; }

    /// <summary>Root, working directory, umask and file ids. Set when the process is made.</summary>
    public FsContext Fs { get; set; }
}
