using System;
using System.Text;

namespace Mote.Machine;

/// <summary>What the boot loader handed over: the command line and the boot module (the root image).</summary>
public static unsafe class BootInfo
{
    private static byte* s_module;
    private static ulong s_moduleLength;
    private static byte* s_commandLine;
    private static int s_commandLineLength;
    private static byte[] s_hostedCommandLine = [];

    /// <summary>The kernel command line, without its NUL.</summary>
    public static ReadOnlySpan<byte> CommandLine
    {
        get
        {
            if (MachineKind.IsHosted)
            {
                return s_hostedCommandLine;
            }

            // SAFETY: the loader's string is never reused; its length was found once.
            unsafe
            {
                return new ReadOnlySpan<byte>(s_commandLine, s_commandLineLength);
            }
        }
    }

    /// <summary>The boot module's bytes; empty when there is none. They stay where they are for ever, so the span may be kept by calling again.</summary>
    public static ReadOnlySpan<byte> Module
    {
        get
        {
            // SAFETY: the module's frames are marked as such and never handed out.
            unsafe
            {
                return new ReadOnlySpan<byte>(s_module, (int)Math.Min(s_moduleLength, int.MaxValue));
            }
        }
    }

    /// <summary>Where ACPI's root pointer is; zero when the loader does not say.</summary>
    internal static PhysAddr RootPointer { get; set; }

    /// <summary>The frame that holds a page of the boot module; the page must lie inside it.</summary>
    public static Frame ModuleFrame(ulong pageIndex)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageSize.RoundUp(s_moduleLength) >> PageSize.Shift);
        return new Frame((uint)(((ulong)s_module - PhysicalMemory.Base) >> PageSize.Shift) + (uint)pageIndex);
    }

    internal static void Set(PhysAddr module, ulong moduleLength, PhysAddr commandLine, int commandLineLength)
    {
        s_module = PhysicalMemory.Window(module);
        s_moduleLength = moduleLength;
        s_commandLine = PhysicalMemory.Window(commandLine);
        s_commandLineLength = commandLineLength;
    }

    internal static void SetHosted(ReadOnlySpan<byte> module, string commandLine)
    {
        s_hostedCommandLine = Encoding.UTF8.GetBytes(commandLine);
        s_moduleLength = (ulong)module.Length;
        uint frames = (uint)(PageSize.RoundUp(s_moduleLength) >> PageSize.Shift);
        if (frames == 0)
        {
            s_module = null;
            return;
        }

        uint first = FrameTable.TakeRun(frames, 1, FrameState.BootModule);
        s_module = PhysicalMemory.Window(first);

        // SAFETY: the run was just taken and is large enough.
        unsafe
        {
            Span<byte> window = new(s_module, (int)frames * PageSize.Bytes);
            module.CopyTo(window);
            window[module.Length..].Clear();
        }
    }
}
