<%@ page contentType="text/html;charset=UTF-8" language="java" %>
<%@ taglib prefix="c" uri="http://java.sun.com/jsp/jstl/core" %>
<%@ taglib prefix="fmt" uri="http://java.sun.com/jsp/jstl/fmt" %>
<%@ taglib prefix="fn" uri="http://java.sun.com/jsp/jstl/functions" %>
<%@ taglib prefix="form" uri="http://www.springframework.org/tags/form" %>
<fmt:setLocale value="${pageContext.request.locale}"/>
<fmt:setBundle basename="messages"/>
<c:url var="self" value="/orders"/>
<!DOCTYPE html>
<html>
<head>
    <title><fmt:message key="orders.title"/></title>
    <link rel="stylesheet" href="<c:url value='/static/app.css'/>">
</head>
<body>
<jsp:include page="/WEB-INF/jsp/header.jsp"><jsp:param name="active" value="orders"/></jsp:include>

<form:form modelAttribute="filter" method="get" action="${self}">
    <form:select path="status"><form:option value="" label="-"/><form:options items="${statuses}"/></form:select>
    <form:input path="customer" maxlength="60"/>
    <form:errors path="customer" cssClass="error"/>
    <button type="submit"><fmt:message key="search"/></button>
</form:form>

<c:choose>
    <c:when test="${empty orders}">
        <p><fmt:message key="orders.none"/></p>
    </c:when>
    <c:otherwise>
        <table>
            <c:forEach items="${orders}" var="order" varStatus="s">
                <tr class="${s.index % 2 == 0 ? 'even' : 'odd'}${order.overdue ? ' late' : ''}">
                    <td><a href="${self}/${order.id}"><c:out value="${order.number}"/></a></td>
                    <td><c:out value="${fn:substring(order.customer.name, 0, 40)}"/></td>
                    <td><fmt:formatDate value="${order.placed}" type="date" dateStyle="short"/></td>
                    <td align="right"><fmt:formatNumber value="${order.total}" type="currency" currencyCode="${order.currency}"/></td>
                    <td>
                        <c:if test="${order.status eq 'OPEN' and pageContext.request.isUserInRole('sales')}">
                            <form action="${self}/${order.id}/cancel" method="post">
                                <input type="hidden" name="${_csrf.parameterName}" value="${_csrf.token}"/>
                                <button><fmt:message key="cancel"/></button>
                            </form>
                        </c:if>
                    </td>
                </tr>
            </c:forEach>
        </table>
        <c:if test="${page gt 1}"><a href="${self}?page=${page - 1}">&laquo;</a></c:if>
        <a href="${self}?page=${page + 1}">&raquo;</a>
    </c:otherwise>
</c:choose>
</body>
</html>
