using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>devpts: a directory with a file for each pseudo terminal (Documentation/filesystems/devpts.rst).</summary>
public sealed class PseudoTerminalFileSystem : FileSystem
{
    private const uint DevptsMagic = 0x1cd1;

    internal PseudoTerminalFileSystem(FileTree tree, PseudoTerminalTable table)
    {
        Born = tree.Clock.Now;
        Root = new PseudoTerminalDirectory(this, table);
    }

    public override string TypeName => "devpts";

    public override uint Magic => DevptsMagic;

    public override Inode Root { get; }

    public override bool CachesNames => false;

    internal FileTime Born { get; }
}
