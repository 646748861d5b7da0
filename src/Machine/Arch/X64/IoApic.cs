using System.Threading;

namespace Mote.Machine;

/// <summary>The I/O APIC at its customary address (82093AA data sheet): routes device pins to vectors of the boot CPU.</summary>
internal static unsafe class IoApic
{
    private const ulong Address = 0xfec0_0000;
    private const int Select = 0x00;
    private const int Window = 0x10;
    private const uint VersionRegister = 1;
    private const uint FirstRedirection = 0x10;

    private static byte* s_registers;
    private static uint s_pins;

    internal static bool TryRoute(int pin, int vector)
    {
        if (s_registers == null)
        {
            s_registers = (byte*)KernelAddressSpace.MapDevice(new PhysAddr(Address), PageSize.Bytes);
            if (s_registers == null)
            {
                return false;
            }

            s_pins = ((Read(VersionRegister) >> 16) & 0xff) + 1;
        }

        if ((uint)pin >= s_pins)
        {
            return false;
        }

        Write(FirstRedirection + ((uint)pin * 2) + 1, 0); // destination: APIC 0
        Write(FirstRedirection + ((uint)pin * 2), (uint)vector);
        return true;
    }

    private static uint Read(uint register)
    {
        // SAFETY: the window covers the two registers; accesses are 32-bit and aligned.
        unsafe
        {
            Volatile.Write(ref *(uint*)(s_registers + Select), register);
            return Volatile.Read(ref *(uint*)(s_registers + Window));
        }
    }

    private static void Write(uint register, uint value)
    {
        // SAFETY: as in Read.
        unsafe
        {
            Volatile.Write(ref *(uint*)(s_registers + Select), register);
            Volatile.Write(ref *(uint*)(s_registers + Window), value);
        }
    }
}
