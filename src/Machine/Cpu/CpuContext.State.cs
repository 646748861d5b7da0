using System;
using System.Buffers.Binary;

namespace Mote.Machine;

// The state beyond general registers: segment bases and the extended (x87, SSE, AVX, AVX-512) state.
public sealed unsafe partial class CpuContext
{
    private const int LegacyBytes = 512;
    private const int HeaderBytes = 64;
    private const int XmmOffset = 160;
    private const int XmmBytes = 256;
    private const int SavedXmmBytes = ContextBlock.SavedXmmBytes;
    private const int MxcsrOffset = 24;
    private const uint MxcsrValid = 0xffff;
    private const uint MxcsrDefault = 0x1f80;
    private const ushort ControlWordDefault = 0x37f;

    /// <summary>Bytes of the extended state in the XSAVE standard format (SDM volume 1, 13.4): what a signal frame holds.</summary>
    public static int ExtendedStateSize => MachineKind.IsHosted ? LegacyBytes + HeaderBytes : CpuFeatures.ExtendedBytes;

    /// <summary>The state components in use (XCR0).</summary>
    public static ulong ExtendedStateComponents => MachineKind.IsHosted ? 3 : CpuFeatures.ExtendedComponents;

    /// <summary>Whether programs may use RDFSBASE and its kin (AT_HWCAP2 bit 1).</summary>
    public static bool HasFsGsBase => !MachineKind.IsHosted && CpuFeatures.HasFsGsBase;

    private Span<byte> ExtendedArea
    {
        get
        {
            // SAFETY: the area is the rest of the block's page.
            unsafe
            {
                return new Span<byte>((byte*)Block + ContextBlock.ExtendedOffset, ContextBlock.ExtendedCapacity);
            }
        }
    }

    private Span<byte> XmmArea => State.Xmm;

    /// <summary>The program's FS base: its thread pointer.</summary>
    public ulong FsBase
    {
        get
        {
            SyncBases();
            return State.Registers.FsBase;
        }

        set
        {
            CheckBase(value);
            SyncBases();
            State.Registers.FsBase = value;
            LoadBasesIfCurrent();
        }
    }

    /// <summary>The program's GS base.</summary>
    public ulong GsBase
    {
        get
        {
            SyncBases();
            return State.Registers.GsBase;
        }

        set
        {
            CheckBase(value);
            SyncBases();
            State.Registers.GsBase = value;
            LoadBasesIfCurrent();
        }
    }

    /// <summary>Puts x87, SSE and AVX into their initial state: a new program.</summary>
    public void ResetExtendedState()
    {
        SyncVectors();
        Span<byte> area = ExtendedArea;
        area[..(LegacyBytes + HeaderBytes)].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(area, ControlWordDefault);
        BinaryPrimitives.WriteUInt32LittleEndian(area[MxcsrOffset..], MxcsrDefault);
        XmmArea.Clear();
        State.Mxcsr = MxcsrDefault;
        if (IsLive)
        {
            RestoreHardware();
        }
    }

    /// <summary>Copies another context's extended state: a new thread inherits its creator's.</summary>
    public void CopyExtendedStateFrom(CpuContext source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.SyncVectors();
        source.SaveHardware();
        source.ExtendedArea.CopyTo(ExtendedArea);
        source.XmmArea.CopyTo(XmmArea);
        State.Mxcsr = source.State.Mxcsr;
    }

    /// <summary>Writes the whole extended state in XSAVE's standard format; <paramref name="destination"/> has <see cref="ExtendedStateSize"/> bytes.</summary>
    public void SaveExtendedState(Span<byte> destination)
    {
        SyncVectors();
        SaveHardware();
        int size = ExtendedStateSize;
        ExtendedArea[..size].CopyTo(destination);
        XmmArea.CopyTo(destination[XmmOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[MxcsrOffset..], State.Mxcsr);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[(MxcsrOffset + 4)..], MxcsrValid);
        if (size > LegacyBytes)
        {
            // XMM0-8 were saved apart from XSAVE, so the SSE component is in use whatever XSAVE found. Linux marks both legacy components in a frame,
            // for programs that look at the legacy area alone.
            destination[LegacyBytes] |= 3;
        }
    }

    /// <summary>
    /// Loads an extended state that a program wrote (a signal frame). False, changing nothing, when XRSTOR would refuse it: unknown
    /// components, a compacted format, reserved header bytes (SDM volume 1, 13.8), or reserved bits of MXCSR. Of a whole state only
    /// <paramref name="components"/> are taken; the others get their initial values.
    /// </summary>
    public bool TryRestoreExtendedState(ReadOnlySpan<byte> source, ulong components = ulong.MaxValue)
    {
        int size = ExtendedStateSize;
        if (source.Length < LegacyBytes || (BinaryPrimitives.ReadUInt32LittleEndian(source[MxcsrOffset..]) & ~MxcsrValid) != 0)
        {
            return false;
        }

        bool hasHeader = size > LegacyBytes && source.Length >= size;
        if (hasHeader)
        {
            ReadOnlySpan<byte> header = source.Slice(LegacyBytes, HeaderBytes);
            ulong present = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if ((present & ~ExtendedStateComponents) != 0 || header[8..24].IndexOfAnyExcept((byte)0) >= 0)
            {
                return false;
            }
        }

        SyncVectors();
        Span<byte> area = ExtendedArea;
        if (hasHeader)
        {
            source[..size].CopyTo(area);
            BinaryPrimitives.WriteUInt64LittleEndian(area[LegacyBytes..], BinaryPrimitives.ReadUInt64LittleEndian(area[LegacyBytes..]) & components);
        }
        else
        {
            source[..LegacyBytes].CopyTo(area);
            area.Slice(LegacyBytes, HeaderBytes).Clear();
            area[LegacyBytes] = 3;
        }

        // A component whose bit is clear is in its initial state, whatever the bytes say.
        if ((area[LegacyBytes] & 2) != 0)
        {
            area.Slice(XmmOffset, SavedXmmBytes).CopyTo(XmmArea);
        }
        else
        {
            area.Slice(XmmOffset, XmmBytes).Clear();
            XmmArea.Clear();
        }

        State.Mxcsr = BinaryPrimitives.ReadUInt32LittleEndian(area[MxcsrOffset..]);
        if (IsLive)
        {
            RestoreHardware();
        }

        return true;
    }

    private bool IsLive => !MachineKind.IsHosted && PerCpu.LiveContext == this;

    /// <summary>Brings the context's bases and extended state into the CPU and stores those that are there. While only kernel threads run in between, they stay.</summary>
    private void MakeLive()
    {
        CpuContext? previous = PerCpu.LiveContext;
        if (MachineKind.IsHosted || previous == this)
        {
            return;
        }

        if (previous != null)
        {
            SyncBasesOf(ref previous.State);
            Native.SaveVectors();
            previous.SaveHardwareAlways();
        }

        PerCpu.LiveContext = this;
        Native.WriteUserBases(State.Registers.FsBase, State.Registers.GsBase);
        if (previous == null || previous._space != _space)
        {
            // Of another process nothing may remain, not even in registers that are marked empty.
            RestoreHardware();
        }
        else
        {
            RestoreAfterSave();
        }
    }

    /// <summary>The context ends; what the CPU still has of it is nobody's.</summary>
    private void ForgetLive()
    {
        if (PerCpu.LiveContext == this)
        {
            SyncVectors();
            PerCpu.LiveContext = null;
        }
    }

    /// <summary>
    /// Has the block hold all of XMM0 to XMM8 and MXCSR. Of a context that is not live it always does; of the live one some are in the CPU until a function of the kernel
    /// needs the registers.
    /// </summary>
    private void SyncVectors()
    {
        if (IsLive)
        {
            Native.SaveVectors();
        }

        State.AreVectorsSaved = 1;
    }

    private void SaveHardware()
    {
        if (IsLive)
        {
            SaveHardwareAlways();
        }
    }

    private void SaveHardwareAlways()
    {
        // SAFETY: the area is 64-byte aligned and as large as the enabled components need (checked when they were enabled).
        unsafe
        {
            Native.Xsave((byte*)Block + ContextBlock.ExtendedOffset, CpuFeatures.ExtendedComponents);
        }
    }

    private void RestoreHardware()
    {
        // SAFETY: the block of this CPU, which lives as long as the machine.
        unsafe
        {
            Native.PerCpu()->IsX87Dirty = 1;
        }

        RestoreAfterSave();
    }

    /// <summary>As <see cref="RestoreHardware"/>, right after another context of the same process was saved: x87 is left alone where neither uses it.</summary>
    private void RestoreAfterSave()
    {
        // SAFETY: as in SaveHardwareAlways; the header was written by XSAVE or validated by TryRestoreExtendedState, so XRSTOR accepts it.
        unsafe
        {
            Native.Xrstor((byte*)Block + ContextBlock.ExtendedOffset, CpuFeatures.ExtendedComponents);
        }
    }

    private void SyncBases()
    {
        if (IsLive)
        {
            SyncBasesOf(ref State);
        }
    }

    private static void SyncBasesOf(ref ContextBlock block)
    {
        if (CpuFeatures.HasFsGsBase)
        {
            ulong fsBase = 0;
            ulong gsBase = 0;

            // SAFETY: the routine writes the two locals.
            unsafe
            {
                Native.ReadUserBases(&fsBase, &gsBase);
            }

            block.Registers.FsBase = fsBase;
            block.Registers.GsBase = gsBase;
        }
    }

    /// <summary>A base outside the program's half is the caller's mistake (arch_prctl answers EPERM).</summary>
    private static void CheckBase(ulong value) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, VirtAddr.UserEnd.Value);

    private void LoadBasesIfCurrent()
    {
        if (IsLive)
        {
            Native.WriteUserBases(State.Registers.FsBase, State.Registers.GsBase);
        }
    }
}
