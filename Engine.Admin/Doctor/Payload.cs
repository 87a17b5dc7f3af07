// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Admin.Doctor;

/// <summary>Bytes as a configuration writes them: text in UTF-8, or <c>hex:</c> and hexadecimal digits.</summary>
internal static class Payload
{
    private const string HexPrefix = "hex:";

    public static bool TryRead(string text, out byte[] bytes)
    {
        bytes = Encoding.UTF8.GetBytes(text);
        if (!text.StartsWith(HexPrefix, StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            bytes = Convert.FromHexString(text.AsSpan(HexPrefix.Length));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The same for what was checked before; null stays null.</summary>
    public static byte[]? Read(string? text) => text is not null && TryRead(text, out byte[] bytes) ? bytes : null;
}
