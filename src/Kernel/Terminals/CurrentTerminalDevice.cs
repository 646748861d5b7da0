using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>/dev/tty: the controlling terminal of whoever opens it (tty(4)). ENXIO when there is none.</summary>
internal sealed class CurrentTerminalDevice : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) =>
        KernelThread.Current is UserThread { Process.ControllingTerminal: Terminal terminal } ? terminal.Open(path, flags, mayControl: false) : Errno.ENXIO;
}
