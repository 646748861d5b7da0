using System.Text;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Observe;

/// <summary>Crash reports on the control channel.</summary>
public sealed class ControlCrashSink(ControlChannel channel) : CrashSink
{
    public override void Write(string line) => channel.Crash(Encoding.UTF8.GetBytes(line));
}
