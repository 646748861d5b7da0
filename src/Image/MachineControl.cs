using Mote.Abi.Linux;
using Mote.Kernel.Observe;
using Mote.Kernel.Processes;
using Mote.Kernel.Terminals;

namespace Mote.Image;

/// <summary>Does what the tool asks for while the machine runs.</summary>
internal sealed class MachineControl(ProcessHost host, MachineTerminal? terminal) : ControlListener
{
    public override void OnResize(ushort rows, ushort columns) => terminal?.Resize(new WindowSize(rows, columns, 0, 0));

    public override void OnContinue()
    {
        foreach (Process process in host.Processes)
        {
            _ = process.Send(new SignalInfo { Number = (int)Signal.SIGCONT, Code = SignalInfo.Kernel }); // it does not queue
        }
    }
}
