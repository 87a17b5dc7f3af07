// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What came over an open connection.</summary>
internal enum AnswerOutcome
{
    /// <summary>An answer of the right protocol.</summary>
    Answered,

    /// <summary>Nothing, and the connection stays open.</summary>
    Silent,

    /// <summary>A part of an answer, then silence.</summary>
    Incomplete,

    /// <summary>RST before an answer.</summary>
    Reset,

    /// <summary>FIN before an answer.</summary>
    Closed,

    /// <summary>Bytes that are no answer of the protocol.</summary>
    Foreign,

    /// <summary>An answer that breaks the rules of the protocol.</summary>
    Broken,
}
