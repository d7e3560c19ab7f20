"""Functions and operators, by expressions: what must be an error first, then what must be true."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.program import Program
from sealwright.policy.cel.types import DYN

UNCHECKED = Environment({"secret": DYN})


def value_of(text: str, **variables: object) -> object:
    return Program(parse(text), UNCHECKED, DYN).evaluate(variables)


ERRORS = """\
9223372036854775807 + 1
-9223372036854775807 - 2
9223372036854775807 * 2
-(-9223372036854775807 - 1)
(-9223372036854775807 - 1) / -1
(-9223372036854775807 - 1) % -1
1 / 0
1u % 0u
18446744073709551615u + 1u
1u - 2u
1 + 1u
1 + '1'
true < 1
[1] < [2]
null < null
!1
int('12a')
int('1_0')
int(' 1')
int(9223372036854775808.0)
int('9223372036854775808')
uint(-1)
uint('-1')
double('1_0')
double('')
bool('yes')
string(b'\\xff')
timestamp('2024-02-30T00:00:00Z')
timestamp('2024-01-01T24:00:00Z')
timestamp('2024-01-01 00:00:00Z')
timestamp('2024-01-01T00:00:00')
timestamp('0001-01-01T00:00:00+01:00')
timestamp('2024-01-01T00:00:00Z').getHours('Nowhere/Land')
timestamp('2024-01-01T00:00:00Z').getHours('../../etc/passwd')
duration('')
duration('1')
duration('1x')
duration('1h ')
duration('9999999999h')
'abc'.charAt(4)
'abc'.substring(2, 1)
'abc'.substring(-1)
'a'.indexOf('a', 2)
['a', 1].join()
'%d'.format([])
'%'.format([1])
'%q'.format(['a'])
'%.2s'.format(['a'])
'%.9999f'.format([1.0])
[].min()
[1, 'a'].max()
[1, 2].slice(1, 3)
[1].flatten(-1)
[1, 'a'].sort()
[{}].sort()
optional.none().value()
ip('1.2.3')
ip('01.2.3.4')
ip('fe80::1%eth0')
ip('::ffff:1.2.3.4')
ip('1.2.3.4/8')
cidr('1.2.3.4')
cidr('1.2.3.4/33')
cidr('1.2.3.4/08')
cidr('1.2.3.4/255.0.0.0')
quantity('')
quantity('1 Gi')
quantity('1Mo')
quantity('1e')
quantity('.')
quantity('1e999999999')
quantity('1500m').asInteger()
semver('1.2')
semver('v1.2.3')
semver('1.02.3')
semver('1.2.3-01')
semver('1-rc', true)
url('example.com')
url('https://a b/')
url('https://example.com/%zz')
base64.decode('a*b')
'a'.matches('(?=a)')
'a'.matches('(a)\\\\1')
math.abs(-9223372036854775807 - 1)
math.greatest('a', 1)
math.bitShiftLeft(1, -1)
'a'.notThere()"""

TRUE = """\
1 == 1.0 && 1u == 1 && dyn(1) == dyn(1.0) && dyn(true) != dyn(1) && dyn('1') != dyn(1)
0.0 / 0.0 != 0.0 / 0.0 && 1.0 / 0.0 > 1e308 && -1.0 / 0.0 < -1e308 && 1.0 / -0.0 == -1.0 / 0.0
[1, 2u, 3.0] == [1.0, 2, 3u] && {'a': [1]} == {'a': [1.0]} && {1: 'a'} == {1u: 'a'} && [true] != [1]
-7 / 2 == -3 && -7 % 2 == -1 && 7 % -2 == 1 && 7u / 2u == 3u
1 in [1.0] && 1.0 in {1: 'a'} && !(true in [1]) && !(1 in {true: 'a'}) && !(1.5 in {1: 'a'})
9223372036854775807 < 18446744073709551615u && -1 < 0u && 1 < 1.5 && 2u > 1.5
'abc' < 'abd' && b'a' < b'b' && false < true && 'a' < 'é'
size('é🎉') == 2 && size(b'\\xc3\\xa9') == 2 && 'é🎉'.size() == 2 && {1: 2}.size() == 1
int('-12') == -12 && int('+5') == 5 && int(-3.9) == -3 && int(timestamp('1970-01-01T00:01:00Z')) == 60
string(1000000.0) == '1e+06' && string(123456.0) == '123456' && string(1e-5) == '1e-05' && string(-0.5) == '-0.5' && string(0.0001) == '0.0001' && string(0.0) == '0'
string(1.0 / 0.0) == '+Inf' && string(0.0 / 0.0) == 'NaN' && string(true) == 'true' && string(7u) == '7'
double('1e3') == 1000.0 && double('inf') > 1e308 && double('.5') == 0.5 && uint(3.9) == 3u
type(1) == int && type(1u) == uint && type(null) == null_type && type(type(1)) == type && type(duration('1s')) == google.protobuf.Duration && type(ip('::')) == net.IP
timestamp('2024-01-01T01:00:00+01:00') == timestamp('2024-01-01T00:00:00Z') && timestamp(0) == timestamp('1970-01-01T00:00:00Z')
string(timestamp('2024-01-01T00:00:00.120Z')) == '2024-01-01T00:00:00.12Z' && string(timestamp('0001-01-01T00:00:00Z')) == '0001-01-01T00:00:00Z'
timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-01T00:00:00Z') == duration('696h')
timestamp('2024-12-31T23:30:00Z').getDayOfYear() == 365 && timestamp('2024-12-31T23:30:00Z').getFullYear('+01:00') == 2025 && timestamp('2024-12-29T00:00:00Z').getDayOfWeek() == 0
timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin') == 14 && timestamp('2024-01-01T12:00:00Z').getHours('Europe/Berlin') == 13
timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00') == 0 && timestamp('9999-12-31T23:00:00Z').getFullYear('Asia/Tokyo') == 10000 && timestamp('9999-12-31T23:00:00Z').getDayOfYear('+02:00') == 0
duration('1h30m') == duration('90m') && duration('-1.5s') == duration('-1500ms') && string(duration('-1.5s')) == '-1.5s' && duration('1us') == duration('1000ns') && duration('0') == duration('0s')
duration('-90m').getHours() == -1 && duration('90m').getMinutes() == 90
'tacocat'.indexOf('ac') == 1 && 'tacocat'.indexOf('', 3) == 3 && 'tacocat'.lastIndexOf('ta') == 0 && 'tacocat'.lastIndexOf('a', 3) == 1 && 'é🎉x'.indexOf('x') == 2
'abc'.charAt(3) == '' && 'abc'.charAt(1) == 'b' && 'abc'.substring(1) == 'bc' && 'abc'.substring(1, 2) == 'b' && 'abc'.substring(3) == ''
'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'a,b'.split(',', 0) == [] && 'abc'.split('') == ['a', 'b', 'c'] && 'abc'.split('', 2) == ['a', 'bc']
'aaa'.replace('a', 'b', 2) == 'bba' && 'ab'.replace('', '-') == '-a-b-' && 'aaa'.replace('a', 'b', -1) == 'bbb' && 'aaa'.replace('a', 'b', 0) == 'aaa'
['a', 'b'].join('-') == 'a-b' && [].join() == '' && ' \\t\\u00a0a '.trim() == 'a' && 'ÄAb'.lowerAscii() == 'Äab' && 'äaB'.upperAscii() == 'äAB'
strings.quote('a"\\n') == '"a\\\\"\\\\n"' && 'abc'.reverse() == 'cba'
'%s %d %.1f %e %x %X %b %o %%'.format(['a', 5, 2.25, 1500.0, 255, 'k', true, 8]) == 'a 5 2.2 1.500000e+03 ff 6B 1 10 %'
'%s'.format([{'b': [1, null, 2.50], 'a': duration('1m')}]) == '{a: 60s, b: [1, null, 2.5]}'
[1, 1, 2].isSorted() && ![2, 1].isSorted() && [].isSorted() && ['a', 'b'].isSorted()
[1, 2, 3].sum() == 6 && [].sum() == 0 && [1.5, 2.5].sum() == 4.0 && [duration('1s'), duration('2s')].sum() == duration('3s')
[3, 1, 2].min() == 1 && ['a', 'c', 'b'].max() == 'c' && [1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2 && [1].indexOf('1') == -1
[1, 2, 3].slice(1, 2) == [2] && [[1], [2, [3]]].flatten() == [1, 2, [3]] && [[1, [2]]].flatten(2) == [1, 2] && [1, 1.0, 'a', 'a'].distinct() == [1, 'a']
[1, 2].reverse() == [2, 1] && [3, 1, 2].sort() == [1, 2, 3] && lists.range(3) == [0, 1, 2] && lists.range(-1) == [] && [1, 2].first() == optional.of(1) && [].last() == optional.none()
[1, 2].includes(2) && 'a'.includes('a') && !'ab'.includes('a')
sets.contains([1, 2, 3], [3.0, 1]) && !sets.contains([1], [2]) && sets.equivalent([1, 1], [1u]) && sets.intersects([1, 2], [2, 3]) && !sets.intersects([], [])
optional.of(1).or(optional.of(2)).value() == 1 && optional.none().orValue(3) == 3 && !optional.ofNonZeroValue('').hasValue() && optional.unwrap([optional.of(1), optional.none()]) == [1] && [optional.of(2)].unwrapOpt() == [2]
'abc 123 def 45'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == '' && 'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1b22'.findAll('[0-9]+', 1) == ['1'] && 'aa'.findAll('a*') == ['aa'] && 'ab'.findAll('x*') == ['', '', '']
matches('abc', '^a.c$') && !'a\\nb'.matches('a.b') && 'a\\nb'.matches('(?s)a.b') && !'abc\\n'.matches('c$')
url('https://user:pw@Example.com:8443/a%20b/c?x=1&x=2&y=%26#f').getHost() == 'Example.com:8443' && url('https://[::1]:80/').getHostname() == '::1' && url('https://[::1]:80/').getPort() == '80'
url('HTTPS://example.com/a b?x=1&x=2').getEscapedPath() == '/a%20b' && url('HTTPS://e.com').getScheme() == 'https' && url('https://e.com/?x=1&x=2&y=%26').getQuery() == {'x': ['1', '2'], 'y': ['&']}
isURL('/path') && isURL('mailto:a@example.com') && !isURL('path') && !isURL('') && !isURL('https://a\\u0001b')
quantity('1Gi') == quantity('1024Mi') && quantity('0.1') == quantity('100m') && quantity('1e3') == quantity('1k') && quantity('1E') > quantity('0') || quantity('1E').isGreaterThan(quantity('1P'))
quantity('1.5Gi').compareTo(quantity('1536Mi')) == 0 && quantity('-1').compareTo(quantity('0')) == -1 && sign(quantity('-0.5')) == -1 && quantity('0.1n') == quantity('1n')
quantity('50k').isInteger() && !quantity('1500m').isInteger() && quantity('1k').add(5).asInteger() == 1005 && quantity('1k').sub(quantity('1')).asInteger() == 999 && quantity('1500m').asApproximateFloat() == 1.5
isQuantity('12Mi') && !isQuantity('12Mo') && !isQuantity('1 Mi') && isQuantity('.5') && isQuantity('+1.')
ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && !ip('8.8.8.8').isLinkLocalUnicast() && ip('ff02::1').isLinkLocalMulticast() && ip('224.0.0.1').isLinkLocalMulticast() && !ip('239.0.0.1').isLinkLocalMulticast() && !ip('255.255.255.255').isGlobalUnicast() && ip('10.0.0.1').isGlobalUnicast()
ip.isCanonical('::1') && !ip.isCanonical('0::1') && string(ip('2001:DB8::0:1')) == '2001:db8::1' && isIP('::1') && !isIP('a')
cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1')) && !cidr('0.0.0.0/0').containsIP('::1') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.1.0.0/16').containsCIDR('10.0.0.0/8')
cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.1.2.3/8') != cidr('10.0.0.0/8') && string(cidr('10.1.2.3/8')) == '10.1.2.3/8' && cidr('10.1.2.3/8').prefixLength() == 8 && isCIDR('::/0')
semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('1.2.3-rc.2').isLessThan(semver('1.2.3-rc.10')) && semver('1.2.3-1').isLessThan(semver('1.2.3-a')) && semver('1.2.3+a') == semver('1.2.3+b')
semver('v01.2', true) == semver('1.2.0') && semver('1.10.0').isGreaterThan(semver('1.9.0')) && semver('1.2.3').compareTo(semver('1.2.3')) == 0 && semver('1.2.3').minor() == 2 && !isSemver('', true)
!format.dns1123Label().validate('my-name').hasValue() && format.dns1123Label().validate('My').hasValue() && !format.dns1123LabelPrefix().validate('my-').hasValue() && format.dns1123Label().validate('my-').hasValue()
!format.qualifiedName().validate('a.b/c_d').hasValue() && format.qualifiedName().validate('a/b/c').hasValue() && format.qualifiedName().validate('/c').hasValue() && !format.labelValue().validate('').hasValue()
format.named('uuid').value().validate('123e4567-e89b-12d3-a456-426614174000') == optional.none() && !format.named('nope').hasValue() && format.date().validate('2024-02-30').hasValue() && !format.datetime().validate('2024-02-29T10:00:00Z').hasValue() && !format.byte().validate('aGk=').hasValue() && !format.uri().validate('https://a').hasValue()
math.greatest(1, 2.5, 2u) == 2.5 && math.least([3, 1, 2]) == 1 && math.round(2.5) == 3.0 && math.round(-2.5) == -3.0 && math.trunc(-2.9) == -2.0 && math.sign(-3) == -1 && math.sqrt(49) == 7.0
math.bitAnd(6, 3) == 2 && math.bitXor(6u, 3u) == 5u && math.bitNot(0) == -1 && math.bitShiftRight(-1, 63) == 1 && math.isNaN(0.0 / 0.0)
base64.decode('aGk') == b'hi' && base64.encode(b'hi') == 'aGk=' && jsonpatch.escapeKey('a/b~c') == 'a~1b~0c'"""


@pytest.mark.parametrize("text", ERRORS.splitlines())
def test_these_are_errors(text: str) -> None:
    with pytest.raises(EvaluationError):
        value_of(text)


@pytest.mark.parametrize("text", TRUE.splitlines())
def test_these_are_true(text: str) -> None:
    assert value_of(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "lists.range(1000000000)",
        "lists.range(100000).map(i, i % 3 == 0 ? 1.0 : 2.5 + double(i)).distinct()",
        "('x'.replace('x', lists.range(9000).map(i, 'abcdefghij').join())).replace('a', 'b'.replace('b', lists.range(9000).map(i, 'abcdefghij').join()))",
    ],
)
def test_what_would_grow_without_end_is_stopped(text: str) -> None:
    with pytest.raises(BudgetExceeded):
        value_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "int(secret)",
        "timestamp(secret)",
        "duration(secret)",
        "quantity(secret)",
        "ip(secret)",
        "cidr(secret)",
        "url(secret)",
        "semver(secret)",
        "base64.decode(secret)",
        "timestamp(0).getHours(secret)",
        "secret + 1",
        "secret.size().matches(secret)",
        "'%d'.format([secret])",
        "'a'.matches(secret)",
        "{'a': 1}[secret]",
        "bool(secret)",
    ],
)
def test_what_goes_wrong_with_a_value_does_not_show_it(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        value_of(text, secret="hunter2(*[")
    assert "hunter2" not in str(caught.value)
