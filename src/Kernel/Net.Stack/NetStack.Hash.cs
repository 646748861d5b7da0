using System.Numerics;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Keyed hashes: a peer that does not know the key can neither fill one bucket nor guess a sequence number.
public sealed partial class NetStack
{
    private readonly ulong _hashKey;
    private readonly ulong _secret;
    private readonly ulong _secret2;

    /// <summary>Of both ends of a connection, for tables.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Hash(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        unchecked
        {
            ulong hash = (_hashKey ^ remote.Low) * 0x9e37_79b9_7f4a_7c15;
            hash = (BitOperations.RotateLeft(hash, 29) ^ remote.High ^ local.Low) * 0xbf58_476d_1ce4_e5b9;
            hash = (BitOperations.RotateLeft(hash, 31) ^ local.High ^ ((ulong)localPort << 16 | remotePort) ^ _hashKey) * 0x94d0_49bb_1331_11eb;
            return (uint)(hash >> 32);
        }
    }

    /// <summary>
    /// SipHash-2-4 (Aumasson and Bernstein, 2012) of both ends and one more word under the stack's secret: what RFC 6528 asks of initial sequence numbers and RFC 6056 of ports.
    /// </summary>
    [AllocationFree]
    internal ulong SecretHash(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, ulong more)
    {
        unchecked
        {
            SipState state = new(_secret, _secret2);
            state.Add(local.High);
            state.Add(local.Low);
            state.Add(remote.High);
            state.Add(remote.Low);
            state.Add((ulong)localPort << 16 | remotePort);
            state.Add(more);
            return state.Finish(48);
        }
    }

    private struct SipState(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736f_6d65_7073_6575;
        private ulong _v1 = key1 ^ 0x646f_7261_6e64_6f6d;
        private ulong _v2 = key0 ^ 0x6c79_6765_6e65_7261;
        private ulong _v3 = key1 ^ 0x7465_6462_7974_6573;

        public void Add(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong Finish(uint bytes)
        {
            Add((ulong)bytes << 56);
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            unchecked
            {
                _v0 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
                _v0 = BitOperations.RotateLeft(_v0, 32);
                _v2 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
                _v0 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
                _v2 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
                _v2 = BitOperations.RotateLeft(_v2, 32);
            }
        }
    }
}
