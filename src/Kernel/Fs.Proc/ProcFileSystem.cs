using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc (proc(5)): processes as directories, and what the system tells of itself.</summary>
public sealed class ProcFileSystem : GeneratedFileSystem
{
    private readonly ProcRoot _root;

    public ProcFileSystem(FileTree tree, ProcessHost host, SystemIdentity identity)
        : base(tree.Clock)
    {
        Tree = tree;
        Host = host;
        Identity = identity;
        _root = new ProcRoot(this);
    }

    public override string TypeName => "proc";

    public override uint Magic => 0x9fa0;

    public override Inode Root => _root;

    // Processes, threads and descriptors come and go by themselves.
    public override bool CachesNames => false;

    internal override Errno CreationError => Errno.ENOENT;

    /// <summary>The sockets that /proc/net tells of; without them there is no such directory.</summary>
    public SocketSystem? Sockets { get; init; }

    internal FileTree Tree { get; }

    internal ProcessHost Host { get; }

    internal SystemIdentity Identity { get; }
}
