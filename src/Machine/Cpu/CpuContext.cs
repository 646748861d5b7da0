using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// A kernel stack and a program's register state: what the CPU needs to run a thread. The scheduler above switches between contexts;
/// a context whose thread runs a program alternates between <see cref="EnterUser"/> and handling the trap that ended it.
/// Memory of a released context is only ever used for another context, so a stale register reference cannot reach anything else.
/// </summary>
public sealed unsafe partial class CpuContext
{
    private const int DebugVector = 1;

    private readonly ContextBody? _body;
    private ContextBlock* _block;
    private HostedContext? _hosted;
    private AddressSpace? _space;

    private CpuContext(ContextBody? body, ContextBlock* block)
    {
        _body = body;
        _block = block;
    }

    /// <summary>The context that runs now.</summary>
    public static CpuContext Current => PerCpu.CurrentContext ?? throw new InvalidOperationException("The machine has not been started.");

    /// <summary>What the layer above wants to find by the current context: its thread.</summary>
    public object? Owner { get; set; }

    /// <summary>The program's general registers, as the last trap left them and the next <see cref="EnterUser"/> loads them.</summary>
    public ref UserRegisters Registers => ref State.Registers;

    /// <summary>The address space that <see cref="EnterUser"/> and switching to this context activate; null for kernel threads.</summary>
    public AddressSpace? Space
    {
        get => _space;
        set
        {
            _space = value;
            if (value != null && PerCpu.CurrentContext == this)
            {
                value.Activate();
                MakeLive();
            }
        }
    }

    private ContextBlock* Block
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ContextBlock* block = _block;
            if (block == null)
            {
                ThrowReleased();
            }

            return block;
        }
    }

    private ref ContextBlock State
    {
        get
        {
            // SAFETY: a block that is not null belongs to this context until Release.
            unsafe
            {
                return ref *Block;
            }
        }
    }

    /// <summary>A context that will run <paramref name="body"/> on a kernel stack of its own when first switched to. False when memory is short.</summary>
    public static bool TryCreate(ContextBody body, out CpuContext? context)
    {
        ArgumentNullException.ThrowIfNull(body);
        ContextBlock* block = ContextPool.Take();
        if (block == null)
        {
            context = null;
            return false;
        }

        context = new CpuContext(body, block);
        context.ResetExtendedState();
        if (MachineKind.IsHosted)
        {
            context._hosted = new HostedContext(context, body);
        }

        return true;
    }

    /// <summary>Gives the stack and registers back. The context must not be the current one and is unusable afterwards.</summary>
    public void Release()
    {
        if (PerCpu.CurrentContext == this)
        {
            throw new InvalidOperationException("The current context cannot be released.");
        }

        ForgetLive();
        ContextBlock* block = Block;
        _block = null;
        _hosted?.Abandon();
        ContextPool.Return(block);
    }

    /// <summary>
    /// Runs the program with <see cref="Registers"/> until a system call, a fault or an interrupt. Only for the current context,
    /// with <see cref="Space"/> set. <see cref="Describe"/> has the rest. Inlined, because a call costs an emulated CPU as much as ten instructions.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TrapKind EnterUser()
    {
        // The current context has a block: SwitchTo made sure of it, and it is not released while it is current.
        ContextBlock* block = _block;
        if (PerCpu.CurrentContext != this || _space == null)
        {
            ThrowNotCurrent();
        }

        if (MachineKind.IsHosted)
        {
            return EnterHosted();
        }

        // SAFETY: the block is this context's and current, so the trap path saves into it; RIP is checked because IRET must not fault.
        unsafe
        {
            return block->Registers.Rip >> 47 != 0 ? RefuseRip() : (TrapKind)Native.EnterUser(block);
        }
    }

    /// <summary>What the last <see cref="EnterUser"/>, which returned <paramref name="kind"/>, came back with; nothing else may have run since.</summary>
    public Trap Describe(TrapKind kind)
    {
        if (kind is TrapKind.SystemCall or TrapKind.Interrupt)
        {
            return new Trap(kind, 0, 0, default);
        }

        int vector = (int)State.Registers.TrapVector;
        if (vector == DebugVector && !MachineKind.IsHosted)
        {
            State.FaultAddress = Native.TakeDebugStatus();
        }

        return new Trap(kind, vector, (uint)State.Registers.TrapError, new VirtAddr(State.FaultAddress));
    }

    /// <summary>Stops running this thread (the current one) and runs <paramref name="next"/>; returns when somebody switches back.</summary>
    public static void SwitchTo(CpuContext next)
    {
        ArgumentNullException.ThrowIfNull(next);
        CpuContext previous = Current;
        if (previous == next)
        {
            return;
        }

        ContextBlock* from = previous.Block;
        ContextBlock* to = next.Block;
        PerCpu.CurrentContext = next;
        if (next._space != null)
        {
            next._space.Activate();
            next.MakeLive();
        }
        else if (!MachineKind.IsHosted)
        {
            // A method that was suspended in a kernel thread takes its registers again without asking, so none of the program's may be in them.
            Native.SaveVectors();
        }

        if (MachineKind.IsHosted)
        {
            HostedContext.Switch(previous._hosted!, next._hosted!);
            return;
        }

        Native.SetStackBounds(next.State.StackLow, next.State.StackHigh);

        // SAFETY: both blocks belong to live contexts; the stack of each is its own.
        unsafe
        {
            Native.Switch(from, to);
        }
    }

    /// <summary>Makes the stack that the machine booted on a context: the first, which later idles.</summary>
    internal static void AdoptBoot(ContextBlock* block)
    {
        CpuContext boot = new(null, block);
        if (MachineKind.IsHosted)
        {
            boot._hosted = HostedContext.AdoptCurrentThread();
        }

        PerCpu.CurrentContext = boot;
    }

    internal void RunBody()
    {
        _body!.Run();
        throw new InvalidOperationException("A kernel thread's body returned.");
    }

    /// <summary>The general protection fault that IRET would raise in the kernel.</summary>
    private TrapKind RefuseRip()
    {
        State.Registers.TrapVector = 13;
        State.Registers.TrapError = 0;
        State.FaultAddress = 0;
        return TrapKind.Exception;
    }

    private TrapKind EnterHosted()
    {
        Trap trap = HostedUser.Enter(this);
        State.Registers.TrapVector = (ulong)trap.Vector;
        State.Registers.TrapError = trap.ErrorCode;
        State.FaultAddress = trap.FaultAddress.Value;
        return trap.Kind;
    }

    private static void ThrowReleased() => throw new ObjectDisposedException(nameof(CpuContext));

    private static void ThrowNotCurrent() =>
        throw new InvalidOperationException("Only the current context, with an address space, can enter the program.");
}
