using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

// What the process has open. Threads share it; a new process gets a clone of its maker's.
public sealed partial class Process
{
    /// <summary>The descriptors. Replaced when the process unshares them.</summary>
    public FileTable Files { get; set; }
}
