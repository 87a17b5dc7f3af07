// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What each ICMP error says of a backend. Pure; the one table, for IPv4 and IPv6.</summary>
/// <remarks>
/// RFC 792, RFC 1122 (section 3.2.2.1), RFC 1812 (section 5.2.7.1) and RFC 4443. What is not known counts as unreachable: it was sent because a datagram
/// was not delivered. A source quench is ignored (RFC 6633), and so is the notice that a fragment came too late: it is about one datagram.
/// </remarks>
internal static class IcmpRules
{
    private const int Unreachable4 = 3;
    private const int SourceQuench4 = 4;
    private const int Redirect4 = 5;
    private const int TimeExceeded4 = 11;
    private const int ParameterProblem4 = 12;
    private const int Unreachable6 = 1;
    private const int TooBig6 = 2;
    private const int TimeExceeded6 = 3;
    private const int ParameterProblem6 = 4;

    /// <summary>What a message means; <see cref="PathError.None"/> for one that is no error, or is not about the way to the backend.</summary>
    public static PathError MeaningOf(bool isIPv6, int type, int code) => isIPv6 ? MeaningOfV6(type, code) : MeaningOfV4(type, code);

    private static PathError MeaningOfV4(int type, int code) => (type, code) switch
    {
        // Protocol unreachable: a host without UDP. Port unreachable.
        (Unreachable4, 2 or 3) => PathError.Refused,
        (Unreachable4, 4) => PathError.TooLarge,

        // Network and host prohibited; filtered; precedence violation and cut-off, which are set by hand, too.
        (Unreachable4, 9 or 10 or 13 or 14 or 15) => PathError.Prohibited,
        (Unreachable4, _) => PathError.Unreachable,

        // The way goes round. Code 1 is reassembly.
        (TimeExceeded4, 0) => PathError.Unreachable,
        (ParameterProblem4, _) => PathError.Unreachable,
        (SourceQuench4 or Redirect4 or TimeExceeded4, _) => PathError.None,
        _ => PathError.None,
    };

    private static PathError MeaningOfV6(int type, int code) => (type, code) switch
    {
        (Unreachable6, 4) => PathError.Refused,

        // Prohibited; by policy of the source address; a route that rejects.
        (Unreachable6, 1 or 5 or 6) => PathError.Prohibited,
        (Unreachable6, _) => PathError.Unreachable,
        (TooBig6, _) => PathError.TooLarge,
        (TimeExceeded6, 0) => PathError.Unreachable,
        (ParameterProblem6, _) => PathError.Unreachable,
        _ => PathError.None,
    };
}
