using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Image;

/// <summary>
/// The last resort when an object cannot be had in the middle of something, which reservations are there to prevent: the program is told of on the host, its
/// output goes out, and the machine ends with the status that the out-of-memory killer's victims have.
/// </summary>
internal sealed class HeapExhaustion(CrashSink crashes, Streams streams) : HeapExhaustionHandler
{
    private const int Status = 128 + 9;

    public override void Handle()
    {
        crashes.Write("the program was ended: the kernel's own memory for it is used up (its limit is mote.heap on the kernel's command line, or the machine's memory)"u8);
        streams.Close(Status);
        Power.Off(0);
    }
}
