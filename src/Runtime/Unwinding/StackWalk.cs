using System.Runtime;

namespace Mote.Runtime;

/// <summary>Return addresses of a stack, for reports. It trusts nothing that it reads.</summary>
internal static unsafe class StackWalk
{
    /// <summary>Walks up from a frame.</summary>
    /// <param name="ip">Where it stands: an instruction that failed, or a return address.</param>
    /// <param name="rsp">Its stack pointer.</param>
    /// <param name="rbp">Its frame pointer.</param>
    /// <param name="buffer">Receives return addresses, innermost first; <paramref name="ip"/> is not among them.</param>
    /// <param name="max">How many it holds.</param>
    /// <returns>How many there were.</returns>
    [RuntimeExport("RhMoteWalkStack")]
    public static int Walk(nint ip, nint rsp, nint rbp, nint* buffer, int max)
    {
        LimitedContext context = default;
        context.Ip = ip;
        context.Rsp = rsp;
        context.Rbp = rbp;
        RegisterDisplay registers = default;
        registers.Load(&context);
        int count = 0;
        nint address = ip;
        while (count < max
            && FrameDescription.Find(address, out FrameDescription function)
            && Unwinder.Step(ref function, address, &registers, isChecked: true)
            && registers.Ip != 0)
        {
            buffer[count++] = registers.Ip;
            address = registers.Ip - 1;
        }

        return count;
    }

    /// <summary>The class library's way to its own stack (System.Diagnostics.StackTrace).</summary>
    /// <returns>How many addresses there are; negative when the buffer is too small.</returns>
    [RuntimeExport("RhpGetCurrentThreadStackTrace")]
    public static int CurrentThread(nint* buffer, uint length, nuint addressInCurrentFrame) => 0;
}
