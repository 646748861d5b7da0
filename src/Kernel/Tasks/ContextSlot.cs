using System;
using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// A context reserved for a thread that is about to be made: what can fail for want of memory fails here, before any thread state exists.
/// </summary>
public sealed class ContextSlot : ContextBody
{
    private KernelThread? _thread;

    private ContextSlot()
    {
    }

    internal CpuContext Context { get; private set; } = null!;

    /// <summary>Reserves a context. False when memory is short (ENOMEM, EAGAIN).</summary>
    public static bool TryCreate(out ContextSlot? slot)
    {
        slot = new ContextSlot();
        if (!CpuContext.TryCreate(slot, out CpuContext? context))
        {
            slot = null;
            return false;
        }

        slot.Context = context!;
        return true;
    }

    public override void Run() => (_thread ?? throw new InvalidOperationException("The context has no thread.")).Run();

    internal void Bind(KernelThread thread) => _thread = thread;
}
