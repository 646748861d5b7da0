using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>/dev/console: the program's output stream. There is no terminal behind it.</summary>
internal sealed class ConsoleDevice(FileTree tree, ConsolePort port) : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => ConsoleFile.OpenDevice(tree, path, flags, port);
}
