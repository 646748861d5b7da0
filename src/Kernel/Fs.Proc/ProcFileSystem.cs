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
        Namespaces = new AnonymousFileSystem(tree.Clock, 0x6e736673, tree.ReserveDevice());
        _root = new ProcRoot(this);
    }

    public override string TypeName => "proc";

    public override uint Magic => 0x9fa0;

    public override Inode Root => _root;

    // Processes, threads and descriptors come and go by themselves.
    public override bool CachesNames => false;

    internal override Errno CreationError => Errno.ENOENT;

    internal override GeneratedRules Rules => GeneratedRules.System;

    /// <summary>The sockets that /proc/net tells of; without them there is no such directory.</summary>
    public SocketSystem? Sockets { get; init; }

    /// <summary>The objects of System V IPC; without them there is no /proc/sysvipc.</summary>
    public IpcListing? Ipc { get; init; }

    internal FileTree Tree { get; }

    /// <summary>Home of what the links of /proc/PID/ns lead to (NSFS_MAGIC).</summary>
    internal AnonymousFileSystem Namespaces { get; }

    /// <summary>/proc/PID/net, the same for all; null without sockets.</summary>
    internal FixedDirectory? Network => Sockets == null ? null : field ??= new FixedDirectory(this, net => NetworkFiles.AddTo(this, net));

    internal ProcessHost Host { get; }

    internal SystemIdentity Identity { get; }
}
