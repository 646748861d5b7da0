using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

/// <summary>The living pseudo terminals, and /dev/ptmx, which makes one each time it is opened.</summary>
public sealed class PseudoTerminalTable : Device
{
    /// <summary>Major number of the terminals (Documentation/admin-guide/devices.txt: 136 to 143).</summary>
    internal const uint Major = 136;

    /// <summary>That of the masters, which have no files of their own.</summary>
    internal const uint MasterMajor = 128;

    /// <summary>/proc/sys/kernel/pty/max.</summary>
    private const int Maximum = 4096;

    private const long BytesEach = 40 * 1024;

    private readonly FileTree _tree;
    private readonly ProcessHost _host;
    private readonly List<PseudoTerminal?> _terminals = [];

    public PseudoTerminalTable(FileTree tree, ProcessHost host)
    {
        _tree = tree;
        _host = host;
        FileSystem = new PseudoTerminalFileSystem(tree, this);
    }

    /// <summary>What is mounted on /dev/pts.</summary>
    public PseudoTerminalFileSystem FileSystem { get; }

    /// <summary>By number; null where a number is free.</summary>
    internal IReadOnlyList<PseudoTerminal?> Terminals => _terminals;

    /// <summary>Makes a pseudo terminal and opens its master. ENOSPC when there are too many, ENOMEM.</summary>
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags)
    {
        int index = 0;
        while (index < _terminals.Count && _terminals[index] != null)
        {
            index++;
        }

        if (index == Maximum)
        {
            return Errno.ENOSPC;
        }

        if (!KernelHeap.CanAllocate(BytesEach))
        {
            return Errno.ENOMEM;
        }

        uint owner = KernelThread.Current is UserThread thread ? thread.Fs.Uid : 0;
        PseudoTerminal terminal = new(this, index, _host, _tree.Buffers, owner);
        if (index == _terminals.Count)
        {
            _terminals.Add(terminal);
        }
        else
        {
            _terminals[index] = terminal;
        }

        return new PseudoTerminalMaster(path, flags, terminal, this);
    }

    internal void Remove(PseudoTerminal terminal) => _terminals[terminal.Index] = null;

    /// <summary>The place of a terminal in the tree.</summary>
    internal PathNode PathOf(PseudoTerminal terminal)
    {
        byte[] path = Encoding.ASCII.GetBytes("/dev/pts/" + terminal.Index.ToString());
        Result<PathNode> found = _tree.Resolve(new FsContext(_tree.Root), _tree.Root, path, WalkFlags.None);
        return found.IsOk ? found.Value : PathNode.CreateDetached(path, terminal.Inode);
    }
}
