// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Configuration.Text;

/// <summary>Bytes of a probe as they are written in a configuration: text, or <c>hex:</c> and hexadecimal digits.</summary>
internal static class PayloadText
{
    /// <summary>Fits in one packet of any network.</summary>
    public const int MaxBytes = 1400;

    private const string HexPrefix = "hex:";

    /// <summary>The bytes; when the text is wrong, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, out byte[] bytes, out string problem)
    {
        bytes = [];
        problem = "";
        if (!text.StartsWith(HexPrefix, StringComparison.Ordinal))
        {
            bytes = Encoding.UTF8.GetBytes(text);
        }
        else if (text.Length % 2 != 0 || text.AsSpan(HexPrefix.Length).ContainsAnyExcept(HexDigits))
        {
            problem = $"must have two hexadecimal digits per byte after hex:, such as hex:0d0a, was {ConfigurationText.Quote(text)}";
        }
        else
        {
            bytes = Convert.FromHexString(text.AsSpan(HexPrefix.Length));
        }

        if (problem.Length == 0 && bytes.Length is 0 or > MaxBytes)
        {
            problem = $"must be from 1 to {MaxBytes} bytes, was {bytes.Length}";
        }

        return problem.Length == 0;
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
