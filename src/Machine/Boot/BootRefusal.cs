using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mote.Machine;

/// <summary>
/// A machine on which the kernel cannot run: says why on the serial port, in a line that names what to give it, and ends it as one that has
/// failed.
/// </summary>
internal static class BootRefusal
{
    [DoesNotReturn]
    internal static void Refuse(string reason)
    {
        Warn(reason);
        Power.Off(Power.Failure);
        throw new System.InvalidOperationException(reason); // the hosted machine
    }

    /// <summary>Says what the machine lacks that it can do without.</summary>
    internal static void Warn(string reason) => SerialPort.Write(Encoding.UTF8.GetBytes("mote: " + reason + "\n"));
}
