// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Host names as clients send them, made comparable.</summary>
internal static class HostNameBytes
{
    /// <summary>Puts a name in lower case and leaves out a dot at its end; false when it cannot be a name: empty, or not visible ASCII.</summary>
    /// <param name="name">Changed in place.</param>
    /// <param name="length">How many bytes of it count.</param>
    public static bool TryNormalize(Span<byte> name, out int length)
    {
        length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            byte one = name[i];
            if (one is <= (byte)' ' or >= 0x7F)
            {
                return false;
            }

            if (one is >= (byte)'A' and <= (byte)'Z')
            {
                name[i] = (byte)(one | 0x20);
            }
        }

        int end = name.Length > 0 && name[^1] == (byte)'.' ? name.Length - 1 : name.Length;
        length = end;
        return end > 0;
    }
}
