using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>A terminal under a device number of its own.</summary>
internal sealed class TerminalDevice(Terminal terminal, bool mayControl) : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => terminal.Open(path, flags, mayControl);
}
